import type { MavenArtifact } from '../../local/engines/maven-central.ts'

/** The model by which Camunda's engine and connector runtime read diagrams, and what it needs: a judge in tests, and no part of an engine. */
export const bpmnModel: readonly MavenArtifact[] = [
  {
    coordinates: 'io.camunda:zeebe-bpmn-model:8.9.0',
    sha256: '656fdbd2a67c2003982082e80ef8a04da452f848dda319b72bab216fabc2a42e',
    size: 824_070,
  },
  {
    coordinates: 'org.camunda.bpm.model:camunda-xml-model:7.24.0',
    sha256: '5662dfb995780898ccd5ce648768604c5d939aaa1bbf378232fc763d2aac5508',
    size: 170_453,
  },
  {
    coordinates: 'org.slf4j:slf4j-api:2.0.17',
    sha256: '7b751d952061954d5abfed7181c1f645d336091b679891591d63329c622eb832',
    size: 69_908,
  },
]
