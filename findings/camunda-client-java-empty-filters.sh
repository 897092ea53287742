#!/usr/bin/env bash
# io.camunda:camunda-client-java 8.8.9: a search for one process id sends empty lists beside the operator that was asked for, as well as empty lists for
# what nobody asked. A server that takes "$in": [] for "none of them" finds nothing for this client.
# Seen: {"sort":[],"filter":{"processDefinitionId":{"$eq":"p","$in":[],"$notIn":[]},…,"$or":[]}}
# Needs: a JDK of version 17 or newer, Maven, Node.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
<dependencies><dependency><groupId>io.camunda</groupId><artifactId>camunda-client-java</artifactId><version>8.8.9</version></dependency></dependencies></project>
POM
mvn -q dependency:copy-dependencies -DoutputDirectory=jars
cat >Probe.java <<'JAVA'
import io.camunda.client.CamundaClient;
import java.net.URI;

class Probe {
  public static void main(String[] arguments) throws Exception {
    try (var client = CamundaClient.newClientBuilder().restAddress(new URI(arguments[0])).preferRestOverGrpc(true).build()) {
      client.newProcessInstanceSearchRequest().filter(filter -> filter.processDefinitionId("p")).send().join();
    }
  }
}
JAVA
cat >server.mjs <<'SERVER'
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
const server = createServer((request, response) => {
  let body = ''
  request.on('data', (part) => (body += part)).on('end', () => {
    console.log(`${request.method} ${request.url} ${body}`)
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"items":[],"page":{"totalItems":0}}')
    process.exitCode = /"processDefinitionId":\{"\$eq":"p","\$in":\[\],"\$notIn":\[\]\}/.test(body) && /"\$or":\[\]/.test(body) ? 0 : 1
  })
})
server.listen(0, '127.0.0.1', () => {
  const client = spawn('java', ['-cp', 'jars/*', 'Probe.java', `http://127.0.0.1:${server.address().port}`], { stdio: ['ignore', 'ignore', 'ignore'] })
  client.once('exit', (code) => {
    server.close()
    if (code !== 0) process.exitCode = 1
  })
})
process.exitCode = 1
SERVER
node server.mjs
