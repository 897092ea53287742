import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Machine;

/**
 * What AWS's event-ruler lets through. A line in: {"patterns": [{…}], "events": ["JSON text"]}; a line out: for each event 1 where a pattern
 * matches it, and 0 where none does; or "invalid: " and why.
 */
class EventRuler {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] arguments) throws Exception {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    for (var line = in.readLine(); line != null; line = in.readLine()) out.println(answer(JSON.readTree(line)));
    out.flush();
  }

  private static String answer(JsonNode question) throws Exception {
    var machine = new Machine();
    for (var pattern : question.get("patterns")) {
      var text = JSON.writeValueAsString(pattern);
      var fault = JsonRuleCompiler.check(text);
      if (fault != null) return "invalid: " + fault.lines().findFirst().orElse("");
      machine.addRule(text, text);
    }
    var answers = new StringBuilder();
    for (var event : question.get("events")) answers.append(machine.rulesForJSONEvent(event.asText()).isEmpty() ? '0' : '1');
    return answers.toString();
  }
}
