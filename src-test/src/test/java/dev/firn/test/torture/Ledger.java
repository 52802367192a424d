package dev.firn.test.torture;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The progress of each campaign over all runs, in a small file of lines {@code NAME.WHAT=NUMBER}
 * that is replaced after each slice.
 */
final class Ledger {

  private static final String SLICES = "slices";
  private static final String MILLIS = "millis";
  private static final String COUNTER = "counter.";

  private final Path file;
  private final Map<String, Long> numbers = new TreeMap<>();

  Ledger(Path file) throws IOException {
    this.file = file;
    if (Files.exists(file)) {
      Properties read = new Properties();
      try (Reader reader = Files.newBufferedReader(file)) {
        read.load(reader);
      }
      read.stringPropertyNames()
          .forEach(name -> numbers.put(name, Long.parseLong(read.getProperty(name))));
    }
  }

  long slices(String campaign) {
    return get(campaign, SLICES);
  }

  long millis(String campaign) {
    return get(campaign, MILLIS);
  }

  long count(String campaign, String counter) {
    return get(campaign, COUNTER + counter);
  }

  void add(String campaign, long millis, Map<String, Long> counts) throws IOException {
    add(campaign, SLICES, 1);
    add(campaign, MILLIS, millis);
    counts.forEach((counter, more) -> add(campaign, COUNTER + counter, more));
    save();
  }

  private long get(String campaign, String what) {
    return numbers.getOrDefault(key(campaign, what), 0L);
  }

  private void add(String campaign, String what, long more) {
    numbers.merge(key(campaign, what), more, Long::sum);
  }

  /** A blank ends a name in a properties file. */
  private static String key(String campaign, String what) {
    return campaign + "." + what.replace(' ', '_');
  }

  private void save() throws IOException {
    String lines =
        numbers.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
            .collect(Collectors.joining());
    Path next = Path.of(file + ".tmp");
    Files.writeString(next, lines);
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
