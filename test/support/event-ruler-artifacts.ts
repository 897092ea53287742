import type { MavenArtifact } from '../../local/engines/maven-central.ts'

/** AWS's event-ruler, on which Lambda's filters run, and what it needs: a judge in tests, and no part of anything that is run otherwise. */
export const eventRuler: readonly MavenArtifact[] = [
  {
    coordinates: 'software.amazon.event.ruler:event-ruler:2.1.0',
    sha256: '0de916a30048f996f129d05eb3dc6871c89a462f1377c876fd2d34f2e04152fe',
    size: 167_124,
  },
  {
    coordinates: 'com.fasterxml.jackson.core:jackson-databind:2.22.2',
    sha256: 'd0da14c12b16b5d54719aa172d83b542ff4abeb8b0fb7db476fde8ceece760ca',
    size: 1_708_473,
  },
  {
    coordinates: 'com.fasterxml.jackson.core:jackson-annotations:2.22',
    sha256: '21ddb598807d3a51a876704eb979d9296e1c6a6f47ab1826ff88c6d6a127a2d0',
    size: 84_211,
  },
  {
    coordinates: 'com.fasterxml.jackson.core:jackson-core:2.22.2',
    sha256: 'ff167a6317be15895706c26668f45b898efe40ab8780970658210fe1393d52a6',
    size: 594_200,
  },
  {
    coordinates: 'ch.randelshofer:fastdoubleparser:2.0.1',
    sha256: '4242e2335299026524d331355a6cd75abdc38c8fed4402f25b5c7ce9d7668cc1',
    size: 195_941,
  },
  {
    coordinates: 'com.google.code.findbugs:jsr305:3.0.2',
    sha256: '766ad2a0783f2687962c8ad74ceecc38a28b9f72a2d085ee438b7813e928d0c7',
    size: 19_936,
  },
]
