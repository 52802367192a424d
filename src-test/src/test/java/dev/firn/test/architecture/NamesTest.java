package dev.firn.test.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Names and phrases that have a better word: docs/glossary.md has the words of this project. */
final class NamesTest {

  /** Types and packages that were renamed. */
  private static final Pattern TYPES =
      Pattern.compile(
          "\\b(VisibleBatch|Views|Layers|SharedPrefixes|KeyShape|KeySurvey|Signposts|Lanes|Inserter"
              + "|Rehearsal|Chores|LostPages|OlderTables|KeySweep|NewTables|Camera|Shot|Judge"
              + "|Specimen|Losses|Ballast|[A-Z]\\w+Peer|FailedForceTest|cli[./]chronicle)\\b");

  private static final List<String> PHRASES =
      List.of(
          "flush(?:es|ed|ing)? (?:of |to )?the device",
          "forced? to the device|force of (?:a|the)|writeToForce",
          "so many|as the other one|lets? go of|letting go of|any more|no longer",
          "whom|whoever|nobody|somebody|puts? up with",
          "chores?|rehears\\w*|signposts?|lanes?");

  /** A phrase may be broken between the lines of a comment. */
  private static final Pattern PHRASE =
      Pattern.compile(
          "\\b(?:%s)\\b"
              .formatted(String.join("|", PHRASES).replace(" ", "\\s+(?:(?:\\*|//|#)\\s+)?")),
          Pattern.CASE_INSENSITIVE);

  @Test
  void oldWords_areGone() {
    List<Path> files = new ArrayList<>(Checkout.javaSources());
    files.addAll(Checkout.documents());
    files.addAll(Checkout.scripts());
    files.addAll(Checkout.buildFiles());
    files.removeIf(file -> file.endsWith("NamesTest.java"));
    List<String> found = new ArrayList<>();
    for (Path file : files) {
      String text = Checkout.text(file);
      find(file, text, TYPES, found);
      find(file, text, PHRASE, found);
    }
    assertEquals("", String.join("\n", found), "old words");
  }

  private static void find(Path file, String text, Pattern words, List<String> found) {
    Matcher matcher = words.matcher(text);
    int line = 1;
    int counted = 0;
    while (matcher.find()) {
      for (; counted < matcher.start(); counted++) {
        line += text.charAt(counted) == '\n' ? 1 : 0;
      }
      found.add(Checkout.place(file, line) + ": " + matcher.group().replaceAll("\\s+", " "));
    }
  }
}
