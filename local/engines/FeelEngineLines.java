import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.camunda.connector.feel.FeelEngineWrapper;
import io.camunda.connector.feel.FeelEngineWrapperException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * Camunda's FEEL engine as its connectors call it, a line of JSON in for a line of JSON out.
 *
 * <p>{"expression", "context"} is answered with {"value"}, the JSON which the connector would send on, or with {"failure", "phase"}. With
 * "rounds" it is a measurement, answered with {"microseconds"}: the median of so many rounds of at least "millis" milliseconds each, after
 * as many to warm up.
 */
public class FeelEngineLines {
  private static final FeelEngineWrapper engine = new FeelEngineWrapper();
  private static final ObjectMapper json = new ObjectMapper();

  public static void main(String[] arguments) throws IOException {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    for (String line; (line = in.readLine()) != null; ) {
      var question = (ObjectNode) json.readTree(line);
      var expression = question.get("expression").textValue();
      var context = json.convertValue(question.get("context"), Map.class);
      var answer = question.has("rounds")
          ? json.createObjectNode().put("microseconds", microseconds(expression, context, question.get("rounds").intValue(), question.get("millis").intValue()))
          : answer(expression, context);
      out.println(json.writeValueAsString(answer));
      if (!in.ready()) out.flush();
    }
    out.flush();
  }

  private static ObjectNode answer(String expression, Map<?, ?> context) {
    var answer = json.createObjectNode();
    try {
      return answer.putRawValue("value", new RawValue(engine.evaluateToJson(expression, context)));
    } catch (FeelEngineWrapperException failure) {
      var reason = String.valueOf(failure.getReason());
      boolean isNoExpression = reason.startsWith("failed to parse expression") || reason.startsWith("validation of expression");
      return answer.put("failure", reason).put("phase", isNoExpression ? "parse" : "evaluation");
    } catch (StackOverflowError overflow) {
      return answer.put("failure", "stack overflow").put("phase", "overflow");
    }
  }

  private static double microseconds(String expression, Map<?, ?> context, int rounds, int millis) {
    round(expression, context, millis * (long) rounds);
    double[] medians = new double[rounds];
    for (int i = 0; i < rounds; i++) medians[i] = round(expression, context, millis);
    Arrays.sort(medians);
    return medians[rounds / 2];
  }

  private static double round(String expression, Map<?, ?> context, long millis) {
    long start = System.nanoTime();
    long end = start + millis * 1_000_000;
    long count = 0;
    long now = start;
    while (now < end) {
      engine.evaluateToJson(expression, context);
      count++;
      now = System.nanoTime();
    }
    return (now - start) / 1e3 / count;
  }
}
