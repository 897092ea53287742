package bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * A route as one writes it with Apache Camel: receive, a condition, start an instance, delete. Tuned: consumers that poll at once after a poll that had
 * messages, connections enough, no logs. bench/bridge/peer-side.ts says how it is spoken to.
 */
public final class Route {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] arguments) throws Exception {
    int consumers = Integer.parseInt(arguments[0]);
    String address = System.getenv("CAMUNDA_REST_ADDRESS") + "/v2/process-instances?connectionsPerRoute=100&maxTotalConnections=100";
    try (SqsClient sqs = SqsClient.builder().endpointOverride(URI.create(System.getenv("SQS_ENDPOINT")))
        .region(Region.of(System.getenv("AWS_REGION"))).build(); CamelContext camel = new DefaultCamelContext()) {
      camel.getRegistry().bind("sqs", sqs);
      camel.start();
      System.out.println("{\"ready\":true,\"pid\":" + ProcessHandle.current().pid() + "}");
      BufferedReader requests = new BufferedReader(new InputStreamReader(System.in));
      for (String line = requests.readLine(); line != null; line = requests.readLine()) {
        String[] request = line.split(" ");
        long began = System.nanoTime();
        consume(camel, request[2], consumers, address, new CountDownLatch(Integer.parseInt(request[1])));
        System.out.println("{\"seconds\":" + (System.nanoTime() - began) / 1e9 + "}");
      }
    }
  }

  /** Ends when so many messages are deleted: a route that is stopped ends what it has begun. */
  private static void consume(CamelContext camel, String queueUrl, int consumers, String address, CountDownLatch left) throws Exception {
    String queue = "aws2-sqs://bench?amazonSQSClient=#sqs&queueUrl=" + queueUrl + "&autoCreateQueue=false&greedy=true&maxMessagesPerPoll=10"
        + "&waitTimeSeconds=1&concurrentConsumers=" + consumers;
    camel.addRoutes(new RouteBuilder() {
      @Override
      public void configure() {
        from(queue).routeId("orders")
            .process(exchange -> exchange.getMessage().setBody(JSON.readTree(exchange.getMessage().getBody(String.class))))
            .filter(exchange -> exchange.getMessage().getBody(JsonNode.class).path("n").asLong(-1) >= 0)
            .process(Route::toRequest)
            .to(address)
            .process(exchange -> left.countDown());
      }
    });
    left.await();
    camel.getRouteController().stopRoute("orders");
    camel.removeRoute("orders");
  }

  private static void toRequest(Exchange exchange) throws Exception {
    JsonNode body = exchange.getMessage().getBody(JsonNode.class);
    var variables = JSON.createObjectNode();
    variables.set("n", body.get("n"));
    if (body.has("at")) variables.set("at", body.get("at"));
    exchange.getMessage().setHeader(Exchange.HTTP_METHOD, "POST");
    exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
    exchange.getMessage().setBody(JSON.writeValueAsString(Map.of("processDefinitionId", "order", "variables", variables)));
  }
}
