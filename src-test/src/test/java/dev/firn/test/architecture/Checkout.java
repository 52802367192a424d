package dev.firn.test.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The files of the checkout that the tests run in, as text. Build output is left out. */
final class Checkout {

  static final Path ROOT = root();

  private static final Set<String> SKIPPED = Set.of("target", ".git", ".idea", "resources");

  private static final Pattern TYPE =
      Pattern.compile("\\b(?:class|interface|record|enum|@interface)\\s+([A-Z]\\w*)");
  private static final Pattern WORD = Pattern.compile("\\w+");

  private Checkout() {}

  /** Tests run in the folder of their module. */
  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("src-test"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  /** All Java sources: main, tests, benchmarks, examples. */
  static List<Path> javaSources() {
    return files(name -> name.endsWith(".java"));
  }

  /** All pages: README and its like, and everything below docs. */
  static List<Path> documents() {
    return files(name -> name.endsWith(".md"));
  }

  /** The scripts: {@code firn}, and the files in {@code dev} without an ending. */
  static List<Path> scripts() {
    List<Path> scripts = new ArrayList<>(List.of(ROOT.resolve("firn")));
    for (Path file : files(name -> !name.contains(".") || name.endsWith(".sh"))) {
      if (file.startsWith(ROOT.resolve("dev"))) {
        scripts.add(file);
      }
    }
    return scripts;
  }

  static List<Path> buildFiles() {
    return files(name -> name.equals("pom.xml"));
  }

  private static List<Path> files(Predicate<String> chosen) {
    List<Path> files = new ArrayList<>();
    try {
      Files.walkFileTree(
          ROOT,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              return SKIPPED.contains(String.valueOf(folder.getFileName()))
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (chosen.test(String.valueOf(file.getFileName()))) {
                files.add(file);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    files.sort(null);
    return files;
  }

  static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A place in a file, as editors and compilers write it. */
  static String place(Path file, int line) {
    return ROOT.relativize(file) + ":" + line;
  }

  /** The words of the files that declare a type of a simple name, nested types included. */
  static Map<String, Set<String>> wordsByType() {
    Map<String, Set<String>> words = new HashMap<>();
    for (Path file : javaSources()) {
      String text = text(file);
      Set<String> here = new HashSet<>();
      WORD.matcher(text).results().map(MatchResult::group).forEach(here::add);
      TYPE.matcher(text)
          .results()
          .map(match -> match.group(1))
          .forEach(type -> words.computeIfAbsent(type, t -> new HashSet<>()).addAll(here));
    }
    return words;
  }
}
