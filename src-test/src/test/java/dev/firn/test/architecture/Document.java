package dev.firn.test.architecture;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** A page in Markdown. */
record Document(Path file, List<Line> lines) {

  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern WORD = Pattern.compile("\\S+");

  /**
   * A line of a page.
   *
   * @param number from 1
   * @param fenced whether it is in a block of code
   */
  record Line(int number, String text, boolean fenced) {

    /** The pieces between backticks. */
    List<String> code() {
      return CODE.matcher(text).results().map(match -> match.group(1)).toList();
    }
  }

  static List<Document> all() {
    return Checkout.documents().stream().map(Document::read).toList();
  }

  static Document of(String path) {
    return read(Checkout.ROOT.resolve(path));
  }

  private static Document read(Path file) {
    List<Line> lines = new ArrayList<>();
    boolean fenced = false;
    for (String text : Checkout.text(file).split("\n")) {
      boolean fence = text.strip().startsWith("```");
      fenced ^= fence;
      lines.add(new Line(lines.size() + 1, text, fenced || fence));
    }
    return new Document(file, List.copyOf(lines));
  }

  /** The lines that are not in a block of code. */
  List<Line> prose() {
    return lines.stream().filter(line -> !line.fenced).toList();
  }

  /** The sentences of the prose and the rows of the tables. */
  List<String> sentences() {
    StringBuilder text = new StringBuilder();
    for (Line line : prose()) {
      boolean begins = line.text.isBlank() || line.text.matches("\\s*(?:[|*#-]|\\d+\\.).*");
      text.append(begins ? "\n" : " ").append(line.text.strip());
    }
    return List.of(text.toString().split("\n|(?<=[.!?]) "));
  }

  int words() {
    return lines.stream().mapToInt(line -> (int) WORD.matcher(line.text).results().count()).sum();
  }

  /** Whether a relative link leads to a file, and to a heading in it if it names one. */
  boolean leadsTo(String target) {
    int hash = target.indexOf('#');
    String path = hash < 0 ? target : target.substring(0, hash);
    Path linked = path.isEmpty() ? file : file.resolveSibling(path).normalize();
    return Files.exists(linked)
        && (hash < 0 || read(linked).anchors().contains(target.substring(hash + 1)));
  }

  /** The anchors that GitHub gives the headings. */
  private Set<String> anchors() {
    Set<String> anchors = new HashSet<>();
    for (Line line : prose()) {
      if (line.text.matches("#+ .*")) {
        String anchor =
            line.text
                .replaceFirst("#+ ", "")
                .replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                .replace(' ', '-');
        String unique = anchor;
        for (int i = 1; !anchors.add(unique); i++) {
          unique = anchor + "-" + i;
        }
      }
    }
    return anchors;
  }
}
