package dev.firn.test.compare;

import dev.firn.cli.console.Quantity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** The command, date and machine of a run, in lines of Markdown kept beside its results. */
final class Machine {

  /** The first lines say what was run and when; the others describe the machine. */
  static final int RUN_LINES = 2;

  private static final String UNKNOWN = "unknown";

  private Machine() {}

  /** Describes the run that begins now, and writes its results to a file in this folder. */
  static void write(Path results, String command, Path folder) throws IOException {
    Files.write(fileOf(results), describe(command, folder));
  }

  /** The description of the run with these results; empty if there is none. */
  static List<String> read(Path results) throws IOException {
    Path file = fileOf(results);
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  private static Path fileOf(Path results) {
    return results.resolveSibling(results.getFileName() + ".about");
  }

  private static List<String> describe(String command, Path folder) throws IOException {
    return List.of(
        "* Command:",
        "  `" + command + "`",
        "* Date: " + LocalDate.now(ZoneOffset.UTC),
        String.format(
            Locale.ROOT,
            "* Machine: %s, %s, %s of memory",
            field("/proc/cpuinfo", "model name"),
            Quantity.count(Runtime.getRuntime().availableProcessors(), "core", "cores"),
            memory()),
        "* System: "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + ", file system "
            + Files.getFileStore(folder).type(),
        "* Java: " + System.getProperty("java.vm.name") + " " + Runtime.version());
  }

  /** Memory in binary units. */
  private static String memory() throws IOException {
    OptionalLong bytes = memoryBytes("MemTotal");
    return bytes.isEmpty() ? UNKNOWN : Math.round(bytes.getAsLong() / 0x1p30) + " GiB";
  }

  /** A figure of the system about its memory; empty if unknown. */
  static OptionalLong memoryBytes(String name) throws IOException {
    String kilobytes = field("/proc/meminfo", name + ":").replaceAll("\\D", "");
    return kilobytes.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(Long.parseLong(kilobytes) << 10);
  }

  private static String field(String file, String name) throws IOException {
    Path path = Path.of(file);
    if (!Files.isReadable(path)) {
      return UNKNOWN;
    }
    return Files.readAllLines(path, StandardCharsets.UTF_8).stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(UNKNOWN);
  }
}
