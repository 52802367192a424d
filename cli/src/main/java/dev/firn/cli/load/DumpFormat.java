package dev.firn.cli.load;

import dev.firn.cli.console.Output;
import dev.firn.cli.text.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The lines of a dump: JSON, which other programs can read, and which restores the same bytes.
 *
 * <pre>
 *  {"firn-dump":1,"trees":["cities","empty"]}           or version 2, with "multiTrees":["tags"]
 *  {"tree":"cities","key":"CH/Zurich","value":"…"}      or {"base64":"…"} for what is not UTF-8
 *  {"firn-dump-end":1,"entries":1}                       a dump without it was cut short
 * </pre>
 *
 * <p>Version 2 is written when there are multi trees. An entry of one is a key and one value.
 */
public final class DumpFormat {

  /** The version without multi trees. */
  static final int VERSION = 1;

  /** The version with multi trees, and the newest that this release reads. */
  static final int MULTI_VERSION = 2;

  static final String START = "firn-dump";
  static final String END = "firn-dump-end";
  static final String TREES = "trees";
  static final String MULTI_TREES = "multiTrees";
  static final String ENTRIES = "entries";
  static final String TREE = "tree";
  static final String KEY = "key";
  static final String VALUE = "value";

  private DumpFormat() {}

  /** Writes the first line, with the names of plain and of multi trees. */
  public static void start(List<String> trees, List<String> multiTrees, Output out) {
    int version = multiTrees.isEmpty() ? VERSION : MULTI_VERSION;
    out.print("{\"" + START + "\":" + version);
    names(TREES, trees, out);
    if (!multiTrees.isEmpty()) {
      names(MULTI_TREES, multiTrees, out);
    }
    out.line("}");
  }

  private static void names(String field, List<String> trees, Output out) {
    out.print(",\"" + field + "\":[");
    String separator = "";
    for (String tree : trees) {
      out.print(separator);
      JsonText.encode(tree.getBytes(StandardCharsets.UTF_8), out);
      separator = ",";
    }
    out.print("]");
  }

  /** Writes the line of an entry. */
  public static void entry(byte[] tree, byte[] key, byte[] value, Output out) {
    out.print("{\"" + TREE + "\":");
    JsonText.encode(tree, out);
    out.print(",\"" + KEY + "\":");
    JsonText.encode(key, out);
    out.print(",\"" + VALUE + "\":");
    JsonText.encode(value, out);
    out.line("}");
  }

  /** Writes the last line. */
  public static void end(long entries, Output out) {
    out.line("{\"" + END + "\":" + VERSION + ",\"" + ENTRIES + "\":" + entries + "}");
  }
}
