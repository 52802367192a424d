package dev.firn.test.torture;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The findings of all runs: a file {@code NAME-NUMBER.txt} for each failed slice, with the command
 * that repeats it. When the slice passes, the file becomes {@code NAME-NUMBER.gone}.
 */
final class Findings {

  private static final String OPEN = ".txt";
  private static final String GONE = ".gone";

  record Finding(String campaign, long slice, String headline, Path file) {}

  private final Path folder;

  Findings(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
  }

  /** Keeps the findings of one slice; replaces its earlier ones. */
  void keep(String campaign, long slice, List<Throwable> found) throws IOException {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    out.println(headline(found.getFirst()));
    out.println();
    out.println("Found " + Instant.now().truncatedTo(ChronoUnit.SECONDS) + ". Replay with");
    out.println("  " + replayCommand(campaign, slice));
    for (Throwable finding : found) {
      out.println();
      finding.printStackTrace(out);
    }
    out.flush();
    Files.writeString(file(campaign, slice, OPEN), text.toString());
  }

  /** Notes that a slice passed; returns whether it had failed earlier. */
  boolean clear(String campaign, long slice) throws IOException {
    Path file = file(campaign, slice, OPEN);
    if (!Files.exists(file)) {
      return false;
    }
    Files.move(file, file(campaign, slice, GONE), StandardCopyOption.REPLACE_EXISTING);
    return true;
  }

  List<Finding> open() throws IOException {
    List<Finding> open = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(OPEN)) {
          int dash = name.lastIndexOf('-');
          long slice = Long.parseLong(name.substring(dash + 1, name.length() - OPEN.length()));
          String headline = Files.readAllLines(file).getFirst();
          open.add(new Finding(name.substring(0, dash), slice, headline, file));
        }
      }
    }
    return open;
  }

  static String replayCommand(String campaign, long slice) {
    return "dev/torture --campaign " + campaign + " --slice " + slice;
  }

  private static String headline(Throwable finding) {
    return finding.toString().lines().findFirst().orElse("");
  }

  private Path file(String campaign, long slice, String ending) {
    return folder.resolve(campaign + "-" + slice + ending);
  }
}
