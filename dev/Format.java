import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import com.google.googlejavaformat.java.StringWrapper;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The formatting check of the build, and the command that repairs what it finds.
 *
 * <p>Maven may run on Java 17, whose compiler cannot parse our sources, and google-java-format uses
 * the compiler of the JVM that it runs in. So the build starts this program with the JDK that
 * compiles the sources. In comments it breaks prose lines that are too long, and gives the end of a
 * comment with several lines a line of its own; layout tables stay as they were drawn. The report
 * lists what is left to do; without any there is no report.
 *
 * <pre>
 * java Format.java (check|write) folder report-file
 * </pre>
 */
final class Format {
  private static final int LINE_LIMIT = 100;

  /** Text that continues a paragraph: no block tag, list item, table or end of the comment. */
  private static final Pattern PROSE =
      Pattern.compile(
          "(?!\\d+\\.)(?!</?(p|pre|ul|ol|li|dl|dt|dd|table|tr|td|th|h\\d)\\b)[^\\s@*|+/=-].*");

  /**
   * A space that stays: in the head of an inline tag; after a number, which its unit follows; and
   * before or after an operator. A line that began with one would look like a list item or a tag.
   */
  private static final Pattern BAD_BREAK =
      Pattern.compile(
          "(?<=\\{@[a-zA-Z]{1,20}) | (?=[@*|+/=<>≤≥×-])(?!<[a-z])| (?=\\d+\\.( |$))"
              + "|(?<=\\d) |(?<= [*|+/=<>≤≥×-]{1,2}) ");

  /** The mark of a list item in a comment without HTML. */
  private static final Pattern LIST_ITEM = Pattern.compile("(\\d+\\.|[*-]) ");

  /** A line of a table or formula outside a pre: indented deeper than a tag's second line. */
  private static final Pattern TABLE = Pattern.compile("\\s*\\* {6,}.*|\\s*\\* .*\\S {3,}.*");

  private final Formatter formatter =
      new Formatter(
          JavaFormatterOptions.builder().style(Style.GOOGLE).formatJavadoc(false).build());
  private final List<String> problems = new ArrayList<>();
  private final boolean write;

  private Format(boolean write) {
    this.write = write;
  }

  public static void main(String[] args) throws IOException {
    Format format = new Format(args[0].equals("write"));
    format.visitAll(Path.of(args[1]));
    format.report(Path.of(args[2]));
  }

  private void visitAll(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return; // a module without sources
    }
    List<Path> sources = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return directory.endsWith("target")
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")) {
              sources.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    Collections.sort(sources);
    for (Path source : sources) {
      visit(source);
    }
  }

  private void visit(Path file) throws IOException {
    String before = Files.readString(file);
    String after;
    try {
      after = RemoveUnusedImports.removeUnusedImports(before);
      after = ImportOrderer.reorderImports(after, Style.GOOGLE);
      after = formatter.formatSource(after);
      after = StringWrapper.wrap(after, formatter);
      after = wrapComments(after);
    } catch (FormatterException e) {
      problems.add(file + ": cannot be parsed: " + e.getMessage());
      return;
    }
    if (!after.equals(before)) {
      if (write) {
        Files.writeString(file, after);
      } else {
        problems.add(file + ": not formatted");
      }
    }
    checkLineLimit(file, after);
  }

  /** Wraps the prose of comments; a pre and what is indented stay. */
  private static String wrapComments(String text) {
    StringBuilder wrapped = new StringBuilder(text.length());
    Deque<String> lines = new ArrayDeque<>(text.lines().toList());
    boolean comment = false;
    boolean pre = false;
    while (!lines.isEmpty()) {
      String line = lines.remove();
      comment |= line.stripLeading().startsWith("/*");
      pre |= comment && line.contains("<pre>");
      if (comment && !pre && isProse(line)) {
        line = splitEnd(line, lines);
        if (line.length() > LINE_LIMIT) {
          line = breakLine(line, lines);
        }
      }
      pre &= !line.contains("</pre>");
      comment &= !line.contains("*/");
      wrapped.append(line).append('\n');
    }
    return wrapped.toString();
  }

  /** Moves the end of a comment behind prose to a line of its own, unless it is on the first. */
  private static String splitEnd(String line, Deque<String> following) {
    if (!line.stripLeading().startsWith("* ") || !line.endsWith("*/")) {
      return line;
    }
    following.addFirst(indentOf(line) + "*/");
    return line.substring(0, line.length() - 2).stripTrailing();
  }

  /** Returns what fits of a line of a comment and puts the rest in front of those that follow. */
  private static String breakLine(String line, Deque<String> following) {
    String indent = indentOf(line);
    if (line.startsWith(indent + "/** ")) {
      following.addFirst(indent + " * " + line.substring(indent.length() + 4));
      return indent + "/**";
    }
    String text = line.substring(indent.length() + 1).stripLeading();
    int start = line.length() - text.length();
    int space = line.lastIndexOf(' ', LINE_LIMIT);
    while (space > start && isBadBreak(line, space)) {
      space = line.lastIndexOf(' ', space - 1);
    }
    if (space <= start) {
      return line;
    }
    String prefix = line.substring(0, start) + continuationIndent(text);
    String rest = prefix + line.substring(space + 1);
    String next = following.peek();
    if (next != null
        && next.startsWith(prefix)
        && PROSE.matcher(next.substring(prefix.length())).matches()) {
      rest += " " + following.remove().substring(prefix.length());
    }
    following.addFirst(rest);
    return line.substring(0, space);
  }

  /** The indent of the lines that continue a tag or a list item, relative to its first line. */
  private static String continuationIndent(String text) {
    if (text.startsWith("@") || text.startsWith("<li>")) {
      return "    ";
    }
    Matcher item = LIST_ITEM.matcher(text);
    return item.lookingAt() ? " ".repeat(item.end()) : "";
  }

  private static String indentOf(String line) {
    return line.substring(0, line.length() - line.stripLeading().length());
  }

  private static boolean isProse(String line) {
    String text = line.strip();
    return (text.startsWith("* ") || text.startsWith("/** ")) && !TABLE.matcher(line).matches();
  }

  private static boolean isBadBreak(String line, int space) {
    Matcher matcher = BAD_BREAK.matcher(line);
    return matcher.useTransparentBounds(true).region(space, line.length()).lookingAt();
  }

  /** The formatter leaves tables and some strings alone, however long. */
  private void checkLineLimit(Path file, String text) {
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.codePointCount(0, line.length()) > LINE_LIMIT && !line.startsWith("import ")) {
        problems.add(file + ":" + (i + 1) + ": over " + LINE_LIMIT + " columns, break it by hand");
      }
    }
  }

  private void report(Path report) throws IOException {
    Files.deleteIfExists(report);
    if (!problems.isEmpty()) {
      problems.forEach(System.err::println);
      Files.createDirectories(report.getParent());
      Files.write(report, problems);
    }
  }
}
