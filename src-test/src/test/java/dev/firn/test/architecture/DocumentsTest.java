package dev.firn.test.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.cli.CommandModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The documents name only what exists, and are as short and narrow as they should be. */
final class DocumentsTest {

  private static final int MAX_WORDS = 24_000;
  private static final int MAX_COLUMNS = 100;

  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
  private static final Pattern TYPE =
      Pattern.compile("((?:[a-z]+\\.)*)([A-Z]\\w*[a-z]\\w*)((?:\\.\\w+)*)(?:\\(.*\\))?");
  private static final Pattern METHOD = Pattern.compile("([a-z]+[A-Z]\\w*)(?:\\(.*\\))?");
  private static final Pattern PATH = Pattern.compile("(?:\\./)?((?:[\\w.-]+/)+[\\w.-]*)");
  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z-]*");
  private static final Pattern DECLARED = Pattern.compile("\"(--[a-z][a-z-]*)");

  /** Packages of the JDK whose types the documents name without them. */
  private static final List<String> JDK =
      List.of(
          "java.lang",
          "java.lang.foreign",
          "java.io",
          "java.nio",
          "java.nio.channels",
          "java.util",
          "java.util.concurrent",
          "java.util.concurrent.locks");

  /** Types of other libraries, and of the JDK's internals. */
  private static final Set<String> FOREIGN = Set.of("Bytes", "Unsafe");

  private static final Pattern PAGE = Pattern.compile("docs/[\\w./-]*\\w");

  private final List<String> wrong = new ArrayList<>();

  @Test
  void links_leadSomewhere() {
    for (Document document : Document.all()) {
      for (Document.Line line : document.prose()) {
        Matcher link = LINK.matcher(line.text());
        while (link.find()) {
          String target = link.group(1);
          if (!target.matches("[a-z]+:.*") && !document.leadsTo(target)) {
            note(document, line, target);
          }
        }
      }
    }
    assertNoneWrong();
  }

  @Test
  void types_exist() {
    Map<String, Set<String>> types = Checkout.wordsByType();
    forEachCode(
        TYPE,
        (document, line, code) -> {
          String type = code.group(2);
          Set<String> words = types.get(type);
          if (words == null) {
            if (!FOREIGN.contains(type) && !isOfTheJdk(type)) {
              note(document, line, code.group());
            }
            return;
          }
          for (String member : code.group(3).split("\\.")) {
            if (!member.isEmpty() && !words.contains(member)) {
              note(document, line, code.group());
            }
          }
        });
    assertNoneWrong();
  }

  @Test
  void methodsAndFields_exist() {
    Set<String> words = new HashSet<>();
    Checkout.wordsByType().values().forEach(words::addAll);
    forEachCode(
        METHOD,
        (document, line, code) -> {
          if (!words.contains(code.group(1))) {
            note(document, line, code.group());
          }
        });
    assertNoneWrong();
  }

  private static boolean isOfTheJdk(String type) {
    for (String name : JDK) {
      try {
        Class.forName(name + "." + type, false, DocumentsTest.class.getClassLoader());
        return true;
      } catch (ClassNotFoundException e) {
        // In another package, or nowhere.
      }
    }
    return false;
  }

  /** A decision may be named by its number. */
  @Test
  void pagesThatSourcesName_exist() throws IOException {
    for (Path source : Checkout.javaSources()) {
      String text = Checkout.text(source);
      for (MatchResult page : PAGE.matcher(text).results().toList()) {
        Path file = Checkout.ROOT.resolve(page.group());
        if (!Files.exists(file) && !isNumberOf(file)) {
          wrong.add(Checkout.ROOT.relativize(source) + ": " + page.group());
        }
      }
    }
    assertNoneWrong();
  }

  private static boolean isNumberOf(Path file) throws IOException {
    String prefix = file.getFileName() + "-";
    if (!prefix.matches("\\d{4}-") || !Files.isDirectory(file.getParent())) {
      return false;
    }
    try (Stream<Path> pages = Files.list(file.getParent())) {
      return pages.anyMatch(page -> page.getFileName().toString().startsWith(prefix));
    }
  }

  /** A path counts as one of the checkout when its first folder is there. */
  @Test
  void paths_exist() {
    forEachCode(
        PATH,
        (document, line, code) -> {
          String path = code.group(1);
          Path first = Path.of(path.substring(0, path.indexOf('/')));
          boolean ours =
              Files.exists(Checkout.ROOT.resolve(first))
                  && !path.matches("(?:.*/)?target/.*|data/.*");
          if (ours && !Files.exists(Checkout.ROOT.resolve(path)) && !document.leadsTo(path)) {
            note(document, line, path);
          }
        });
    assertNoneWrong();
  }

  /** Options of our programs, and of those that the documents call. */
  @Test
  void options_exist() {
    Set<String> known = new TreeSet<>(List.of("--help", "--version", "--no-progress"));
    List<Path> declaring = new ArrayList<>(Checkout.javaSources());
    for (Path file : declaring) {
      DECLARED.matcher(Checkout.text(file)).results().forEach(match -> known.add(match.group(1)));
    }
    List<Path> others = new ArrayList<>(Checkout.scripts());
    others.addAll(Checkout.buildFiles());
    for (Path file : others) {
      OPTION.matcher(Checkout.text(file)).results().map(MatchResult::group).forEach(known::add);
    }
    for (Document document : Document.all()) {
      for (Document.Line line : document.lines()) {
        for (MatchResult option : OPTION.matcher(line.text()).results().toList()) {
          if (!known.contains(option.group())) {
            note(document, line, option.group());
          }
        }
      }
    }
    assertNoneWrong();
  }

  /** Commands that are shown: {@code firn COMMAND ... --option}. */
  @Test
  void shownCommands_haveTheirOptions() {
    CommandLine firn = CommandModel.get();
    Pattern call = Pattern.compile("^(?:\\$ )?\\./firn ([a-z]+)(.*)");
    for (Document document : Document.all()) {
      for (Document.Line line : document.lines()) {
        Matcher shown = call.matcher(line.text());
        if (shown.find()) {
          CommandLine command = firn.getSubcommands().get(shown.group(1));
          if (command == null) {
            note(document, line, shown.group());
            continue;
          }
          for (MatchResult option : OPTION.matcher(shown.group(2)).results().toList()) {
            if (find(command, option.group()).isEmpty()) {
              note(document, line, option.group());
            }
          }
        }
      }
    }
    assertNoneWrong();
  }

  /** docs/cli.md lists options below the heading of their command, with their defaults. */
  @Test
  void listedOptions_areOfTheirCommandAndHaveItsDefault() {
    Document page = Document.of("docs/cli.md");
    CommandLine command = null;
    int defaults = 0;
    for (Document.Line line : page.lines()) {
      if (line.text().startsWith("## ")) {
        command = command(line.text().substring(3));
      }
      Matcher listed = Pattern.compile("^(--[a-z][a-z-]*).*").matcher(line.text());
      if (command == null || !listed.matches()) {
        continue;
      }
      Optional<OptionSpec> option = find(command, listed.group(1));
      if (option.isEmpty()) {
        note(page, line, listed.group(1));
        continue;
      }
      Matcher stated = Pattern.compile("by default ([\\w./]+)").matcher(line.text());
      if (stated.find()) {
        String value = option.get().defaultValue();
        if (value != null) {
          defaults++;
          if (!value.equals(stated.group(1))) {
            note(page, line, listed.group(1) + " has the default " + value);
          }
        }
      }
    }
    assertNoneWrong();
    assertTrue(defaults > 5, "few defaults were found: " + defaults);
  }

  private static CommandLine command(String heading) {
    CommandLine command = CommandModel.get();
    for (String word : heading.split(" ")) {
      command = command == null ? null : command.getSubcommands().get(word);
    }
    return command;
  }

  private static Optional<OptionSpec> find(CommandLine command, String name) {
    String plain = name.replaceFirst("^--no-", "--");
    return Optional.ofNullable(command.getCommandSpec().findOption(name))
        .or(() -> Optional.ofNullable(command.getCommandSpec().findOption(plain)));
  }

  @Test
  void lines_areNarrow() {
    for (Document document : Document.all()) {
      for (Document.Line line : document.lines()) {
        String text = line.text();
        boolean exempt =
            text.matches("[|{].*|\\s*`[^`]*`") || text.contains("](") || text.contains("://");
        if (text.codePointCount(0, text.length()) > MAX_COLUMNS && !exempt) {
          note(document, line, text.substring(0, 40));
        }
      }
    }
    assertNoneWrong();
  }

  @Test
  void allTogether_areShort() {
    int words = Document.all().stream().mapToInt(Document::words).sum();
    assertTrue(words <= MAX_WORDS, () -> words + " words, more than " + MAX_WORDS);
  }

  private interface Check {
    void check(Document document, Document.Line line, MatchResult code);
  }

  /** Calls a check with each piece of code in the prose that matches as a whole. */
  private static void forEachCode(Pattern pattern, Check check) {
    for (Document document : Document.all()) {
      for (Document.Line line : document.prose()) {
        for (String code : line.code()) {
          Matcher matcher = pattern.matcher(code);
          if (matcher.matches()) {
            check.check(document, line, matcher.toMatchResult());
          }
        }
      }
    }
  }

  private void note(Document document, Document.Line line, String what) {
    wrong.add(Checkout.place(document.file(), line.number()) + ": " + what);
  }

  private void assertNoneWrong() {
    assertEquals("", String.join("\n", wrong));
  }
}
