package dev.firn.cli.load;

import dev.firn.cli.console.Output;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What {@code firn load} takes from an input, without a store; for tests of other packages. */
public final class LoadRecords {

  private final List<String> trees = new ArrayList<>();
  private final ByteArrayOutputStream dump = new ByteArrayOutputStream();
  private long entries;
  private long bad;

  private LoadRecords() {}

  /**
   * Reads an input to its end; bad lines are counted.
   *
   * @throws IOException when the input is refused as a whole
   */
  public static LoadRecords read(byte[] input, LineInput.Format format, RecordShape shape)
      throws IOException {
    LoadRecords records = new LoadRecords();
    try (LineInput lines = LineInput.of(new ByteArrayInputStream(input), "input")) {
      lines.guess();
      records.read(lines.as(format, shape).source());
    }
    return records;
  }

  private void read(RecordSource source) throws IOException {
    try (Output out = new Output(dump)) {
      while (next(source, out)) {
        // The next line.
      }
    }
    trees.addAll(source.trees());
  }

  private boolean next(RecordSource source, Output out) throws IOException {
    try {
      if (!source.next()) {
        return false;
      }
      String tree = source.tree() == null ? "t" : source.tree();
      DumpFormat.entry(tree.getBytes(StandardCharsets.UTF_8), source.key(), source.value(), out);
      entries++;
    } catch (BadLineException e) {
      bad++;
    }
    return true;
  }

  /** How many lines were bad. */
  public long bad() {
    return bad;
  }

  /** The records, as a dump writes them. */
  public byte[] dump() {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    try (Output out = new Output(whole)) {
      DumpFormat.start(trees, List.of(), out);
      out.write(dump.toByteArray());
      DumpFormat.end(entries, out);
    }
    return whole.toByteArray();
  }
}
