package dev.firn.cli.load;

import dev.firn.cli.console.ExitCode;
import dev.firn.cli.console.Failure;
import dev.firn.cli.console.LocalFiles;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file or stream of lines, decompressed if it is gzip, whose format can be guessed.
 *
 * <p><b>Threading.</b> Belongs to one thread; any may call {@link #consumedBytes}.
 * <b>Ownership.</b> The opener closes it.
 */
public final class LineInput implements AutoCloseable {

  /** The formats of lines. */
  public enum Format {
    /** Columns with tabs between them. */
    TSV,
    /** A JSON object per line. */
    NDJSON,
    /** What {@code firn dump} wrote. */
    DUMP
  }

  private static final int GUESS_BYTES = 64;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int MAX_LINE_BYTES = 1 << 30;

  private final String name;
  private final long totalBytes;
  private final CountedInput counted;
  private final BufferedInputStream lines;
  private @Nullable RecordSource source;

  private LineInput(String name, long totalBytes, InputStream raw) {
    this.name = name;
    this.totalBytes = totalBytes;
    this.counted = new CountedInput(raw);
    try {
      this.lines = decompressed(counted);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** Opens a file. */
  public static LineInput open(Path file) {
    InputStream in = LocalFiles.open(file);
    return new LineInput(file.toString(), LocalFiles.size(file), in);
  }

  /** Takes a stream. */
  public static LineInput of(InputStream in, String name) {
    return new LineInput(name, -1, in);
  }

  private static BufferedInputStream decompressed(InputStream in) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, BUFFER_BYTES);
    byte[] magic = peek(buffered, 2);
    boolean gzip = magic.length == 2 && magic[0] == 0x1f && magic[1] == (byte) 0x8b;
    return gzip
        ? new BufferedInputStream(new GZIPInputStream(buffered, BUFFER_BYTES), BUFFER_BYTES)
        : buffered;
  }

  private static byte[] peek(BufferedInputStream in, int length) throws IOException {
    in.mark(length);
    byte[] bytes = in.readNBytes(length);
    in.reset();
    return bytes;
  }

  /** The format, by the first line or the name. */
  public Format guess() {
    String start;
    try {
      start = new String(peek(lines, GUESS_BYTES), StandardCharsets.UTF_8).stripLeading();
    } catch (IOException e) {
      throw unreadable(e);
    }
    if (start.startsWith("{\"" + DumpFormat.START + "\"")) {
      return Format.DUMP;
    }
    String lower = name.toLowerCase(Locale.ROOT);
    return start.startsWith("{") && !lower.contains(".tsv") ? Format.NDJSON : Format.TSV;
  }

  /** Sets how lines become records; before anything is read. */
  public LineInput as(Format format, RecordShape shape) {
    LineReader reader = new LineReader(lines, MAX_LINE_BYTES);
    source =
        switch (format) {
          case TSV -> new TsvSource(reader, shape);
          case NDJSON -> new NdjsonSource(reader, shape);
          case DUMP -> new DumpSource(reader);
        };
    return this;
  }

  private Failure unreadable(IOException e) {
    return new Failure(ExitCode.BAD_INPUT, name + ": " + LocalFiles.problem(e), e);
  }

  RecordSource source() {
    RecordSource decided = source;
    if (decided == null) {
      throw new IllegalStateException("format=null");
    }
    return decided;
  }

  /** The name: the path of the file. */
  public String name() {
    return name;
  }

  /** Count of the bytes that were read, before decompression. */
  public long consumedBytes() {
    return counted.count();
  }

  /** The size of the file, or -1 for a stream. */
  public long totalBytes() {
    return totalBytes;
  }

  @Override
  public void close() {
    try {
      lines.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
