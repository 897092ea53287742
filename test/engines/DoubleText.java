import java.io.BufferedReader;
import java.io.InputStreamReader;

/** What `Double.toString` writes. A line in: the 64 bits of a double as hexadecimal digits; a line out: its text. */
class DoubleText {
  public static void main(String[] arguments) throws Exception {
    var in = new BufferedReader(new InputStreamReader(System.in));
    var out = new StringBuilder();
    for (var line = in.readLine(); line != null; line = in.readLine())
      out.append(Double.toString(Double.longBitsToDouble(Long.parseUnsignedLong(line, 16)))).append('\n');
    System.out.print(out);
  }
}
