import type { MavenArtifact } from './maven-central.ts'

/**
 * The class path of Camunda's FEEL engine (1.20.0) within the wrapper through which its connectors (8.8.7) evaluate expressions. To make the
 * list anew for another version, with Maven, a pom whose only dependency is the first of them, and slf4j-nop:
 *
 *     mvn dependency:build-classpath -Dmdep.outputFile=/dev/stdout
 *
 * and `sha256sum` and `wc -c` of each of those files.
 */
export const feelEngineWrapper: readonly MavenArtifact[] = [
  {
    coordinates: 'io.camunda.connector:connector-feel-wrapper:8.8.7',
    sha256: '6806dcc2496a8b7a08438d0d78b7b0e79847ec75c555335842b88d37f4e37053',
    size: 15_662,
  },
  {
    coordinates: 'io.camunda.connector:jackson-datatype-document:8.8.7',
    sha256: '0dadc73e41cab38b30de1d6653ac885fed014171fe512cdb7e0f752fa621c0a5',
    size: 28_939,
  },
  {
    coordinates: 'io.camunda.connector:connector-core:8.8.7',
    sha256: '321d60ae6728009bdf00d38176cd552d04a64efcd8cef84aa1ff530346985db3',
    size: 64_519,
  },
  {
    coordinates: 'org.camunda.feel:feel-engine:1.20.0',
    sha256: '57b2e160e727e68434ab696aee623b34fce101e9356989779aac00485dacba58',
    size: 1_026_010,
  },
  {
    coordinates: 'org.scala-lang:scala-library:2.13.17',
    sha256: 'b7822c4225243215f185925724a6edff92cf18777a136cc738276c4446fac76c',
    size: 5_940_636,
  },
  {
    coordinates: 'com.lihaoyi:fastparse_2.13:3.1.1',
    sha256: 'ff3f37dad0f89c9cff494cb984edc122a3c282f063790949e825ae039dcad9d5',
    size: 332_554,
  },
  {
    coordinates: 'com.lihaoyi:sourcecode_2.13:0.4.0',
    sha256: '7ce9b8c285a04280374d739d7b799408b2cfa40cc3173960848aec9ee8450fed',
    size: 119_359,
  },
  { coordinates: 'com.lihaoyi:geny_2.13:1.1.0', sha256: 'bd93f278047bb533da70b42d2b21dc297d946bab86a4fe844c200b4db8d174b5', size: 85_575 },
  {
    coordinates: 'com.fasterxml.uuid:java-uuid-generator:5.1.1',
    sha256: '76455a6af3645bd1d3df9edf8fd446c63697371f86a26e4dd44ca856c130f141',
    size: 56_151,
  },
  {
    coordinates: 'com.fasterxml.jackson.core:jackson-databind:2.21.0',
    sha256: '0057817ee40bc71544072dc2a3ba575ef91dce53a2d87489bde91c05f3a22621',
    size: 1_701_513,
  },
  {
    coordinates: 'com.fasterxml.jackson.core:jackson-core:2.21.0',
    sha256: 'e22604bcd9b24e462d5df102007cb06e1ed811e86f1ce6081ca62f385f2db87b',
    size: 594_496,
  },
  {
    coordinates: 'com.fasterxml.jackson.core:jackson-annotations:2.21',
    sha256: '53ca085f4a150f703f49e1aabd935bd03b43e1ea3d55d135438292af22cef56b',
    size: 82_104,
  },
  {
    coordinates: 'com.fasterxml.jackson.module:jackson-module-scala_3:2.21.0',
    sha256: 'd34f5de4461f2c57a4411eba85a9995cc8347820a45f085a0c4579b57941e134',
    size: 752_924,
  },
  {
    coordinates: 'org.scala-lang:scala3-library_3:3.3.7',
    sha256: 'a16e046f4a9df9e0d0e0bc54bf6298c94d7d867457f7b3b68291a88c568b92d0',
    size: 1_251_653,
  },
  {
    coordinates: 'com.thoughtworks.paranamer:paranamer:2.8.3',
    sha256: 'a9df136f2e926b37a838a5b4e2227343c3a755d15724b3a8350b4aea4b158945',
    size: 37_899,
  },
  {
    coordinates: 'com.fasterxml.jackson.datatype:jackson-datatype-jsr310:2.21.0',
    sha256: 'b350169a3b2cc53d781541fe1bfbc0f00c978d185884da79b8330be8fb7aefeb',
    size: 136_581,
  },
  {
    coordinates: 'com.fasterxml.jackson.datatype:jackson-datatype-jdk8:2.21.0',
    sha256: 'c80ea021476de24903da7a5596989b3b5469aac2a727348878d1079960d26700',
    size: 36_037,
  },
  { coordinates: 'org.slf4j:slf4j-nop:2.0.17', sha256: '3716f83649ec66161a2edefd4f49df34d1dd1c51cdcf941996c6987260f0a829', size: 4_982 },
  { coordinates: 'org.slf4j:slf4j-api:2.0.17', sha256: '7b751d952061954d5abfed7181c1f645d336091b679891591d63329c622eb832', size: 69_908 },
]
