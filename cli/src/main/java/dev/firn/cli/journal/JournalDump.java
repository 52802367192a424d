package dev.firn.cli.journal;

import dev.firn.cli.console.Output;
import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.LockFile;
import dev.firn.core.file.ReadFile;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * Prints the journal of a store that is not open: its segments, their records, the entries in them,
 * down to the bytes.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
public final class JournalDump {

  private final FileSystem files;
  private final Path directory;
  private final Output out;
  private final int maxBytes;
  private long recordsLeft;
  private long problems;

  /**
   * @param maxRecords maximum count of printed records
   * @param maxBytes maximum count of the bytes of a key or value that are printed
   */
  public JournalDump(FileSystem files, Path directory, Output out, long maxRecords, int maxBytes) {
    this.files = files;
    this.directory = directory;
    this.out = out;
    this.recordsLeft = maxRecords;
    this.maxBytes = maxBytes;
  }

  /** The numbers of the segments, the oldest first. */
  public List<Long> segments() {
    return files.list(directory).stream()
        .map(FileName::journalNumber)
        .filter(OptionalLong::isPresent)
        .map(OptionalLong::getAsLong)
        .sorted()
        .toList();
  }

  /** Prints segments; returns the count of damaged places. Fails while the store is open. */
  public long print(List<Long> numbers) {
    try (LockFile lock = files.lock(directory.resolve(FileName.LOCK))) {
      for (int i = 0; i < numbers.size() && recordsLeft > 0; i++) {
        print(numbers.get(i));
      }
    }
    return problems;
  }

  private void print(long number) {
    Path path = FileName.journal(directory, number);
    try (ReadFile file = files.openRead(path)) {
      out.line("%s: %,d bytes", path, file.size());
      if (file.size() == 0) {
        return; // cannot be mapped
      }
      try (ChronicleView view = new ChronicleView(file.map())) {
        HexLines lines = new HexLines(view, out, maxBytes);
        RecordCheck check = new RecordCheck(file, view, number);
        HeaderDump header = new HeaderDump(view, lines, check, number);
        SegmentDump dump = new SegmentDump(path, view, header, lines, check);
        recordsLeft -= dump.print(recordsLeft);
        problems += dump.problems();
      }
      out.line("");
    }
  }
}
