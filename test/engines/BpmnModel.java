import io.camunda.zeebe.model.bpmn.Bpmn;
import io.camunda.zeebe.model.bpmn.BpmnModelInstance;
import io.camunda.zeebe.model.bpmn.instance.BaseElement;
import io.camunda.zeebe.model.bpmn.instance.BoundaryEvent;
import io.camunda.zeebe.model.bpmn.instance.CatchEvent;
import io.camunda.zeebe.model.bpmn.instance.FlowElement;
import io.camunda.zeebe.model.bpmn.instance.IntermediateCatchEvent;
import io.camunda.zeebe.model.bpmn.instance.Message;
import io.camunda.zeebe.model.bpmn.instance.MessageEventDefinition;
import io.camunda.zeebe.model.bpmn.instance.Process;
import io.camunda.zeebe.model.bpmn.instance.ReceiveTask;
import io.camunda.zeebe.model.bpmn.instance.StartEvent;
import io.camunda.zeebe.model.bpmn.instance.SubProcess;
import io.camunda.zeebe.model.bpmn.instance.zeebe.ZeebeProperties;
import io.camunda.zeebe.model.bpmn.instance.zeebe.ZeebeSubscription;
import io.camunda.zeebe.model.bpmn.validation.zeebe.ZeebeDesignTimeValidators;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** How Camunda reads a diagram. A line in: the file in Base64; a line out: JSON of what may be a connector in it, or of why it is refused. */
class BpmnModel {
  public static void main(String[] arguments) throws Exception {
    var in = new BufferedReader(new InputStreamReader(System.in));
    var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    for (var line = in.readLine(); line != null; line = in.readLine()) out.println(answer(Base64.getDecoder().decode(line)));
    out.flush();
  }

  private static String answer(byte[] file) {
    BpmnModelInstance model;
    try {
      model = Bpmn.readModelFromStream(new ByteArrayInputStream(file));
    } catch (RuntimeException refused) {
      var cause = refused.getCause() == null ? refused : refused.getCause();
      return "{\"refused\":" + text(String.valueOf(cause.getMessage())) + "}";
    }
    var processes = new ArrayList<String>();
    for (var process : model.getDefinitions().getChildElementsByType(Process.class)) processes.add(process(process));
    return "{\"processes\":" + list(processes) + ",\"faults\":" + list(faults(model)) + "}";
  }

  private static String process(Process process) {
    var elements = new ArrayList<String>();
    collect(process.getFlowElements(), elements);
    return "{\"id\":" + text(process.getId()) + ",\"isExecutable\":" + process.isExecutable() + ",\"elements\":" + list(elements) + "}";
  }

  private static void collect(Collection<FlowElement> from, List<String> elements) {
    for (var element : from) {
      if (element instanceof SubProcess within) collect(within.getFlowElements(), elements);
      else if (element instanceof StartEvent || element instanceof IntermediateCatchEvent || element instanceof BoundaryEvent)
        elements.add(element(element, messageOf((CatchEvent) element)));
      else if (element instanceof ReceiveTask task) elements.add(element(element, task.getMessage()));
    }
  }

  private static Message messageOf(CatchEvent event) {
    for (var definition : event.getEventDefinitions())
      if (definition instanceof MessageEventDefinition message) return message.getMessage();
    return null;
  }

  private static String element(BaseElement element, Message message) {
    String properties;
    try {
      properties = properties(element.getSingleExtensionElement(ZeebeProperties.class));
    } catch (RuntimeException several) {
      properties = "\"refused\"";
    }
    return "{\"id\":" + text(element.getId()) + ",\"type\":" + text(element.getElementType().getTypeName())
        + ",\"properties\":" + properties + ",\"message\":" + message(message) + "}";
  }

  private static String properties(ZeebeProperties block) {
    var properties = new ArrayList<String>();
    if (block != null)
      for (var property : block.getProperties()) properties.add("[" + text(property.getName()) + "," + text(property.getValue()) + "]");
    return list(properties);
  }

  private static String message(Message message) {
    if (message == null) return "null";
    var subscription = message.getSingleExtensionElement(ZeebeSubscription.class);
    return "{\"name\":" + text(message.getName()) + ",\"correlationKey\":" + text(subscription == null ? null : subscription.getCorrelationKey()) + "}";
  }

  /** What an engine would say at a deployment, as far as it looks at the diagram alone. */
  private static List<String> faults(BpmnModelInstance model) {
    var faults = new TreeSet<String>();
    model.validate(ZeebeDesignTimeValidators.VALIDATORS).getResults().forEach((element, results) -> {
      for (var result : results) faults.add(text(element.getElementType().getTypeName() + " " + element.getAttributeValue("id") + ": " + result.getMessage()));
    });
    return List.copyOf(faults);
  }

  private static String list(Collection<String> items) {
    return "[" + String.join(",", items) + "]";
  }

  private static String text(String value) {
    if (value == null) return "null";
    var json = new StringBuilder("\"");
    for (var character : value.toCharArray())
      if (character < ' ' || character == '"' || character == '\\' || Character.isSurrogate(character)) json.append(String.format("\\u%04x", (int) character));
      else json.append(character);
    return json.append('"').toString();
  }
}
