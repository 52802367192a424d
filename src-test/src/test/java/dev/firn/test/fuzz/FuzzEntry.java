package dev.firn.test.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Jazzer's entry point: runs the target named by {@code -Dfirn.fuzz.target} within {@link Limits}.
 * Each input is first stored in the file named by {@code -Dfirn.fuzz.last}, if any, so that it is
 * known even if the JVM dies.
 */
public final class FuzzEntry {

  static final String TARGET = "firn.fuzz.target";
  static final String LAST = "firn.fuzz.last";

  static final int MAX_BYTES = 4096;

  private static final FuzzTarget CHOSEN = FuzzTargets.named(System.getProperty(TARGET));
  private static final @Nullable MappedByteBuffer LAST_INPUT = map(System.getProperty(LAST));

  private FuzzEntry() {}

  /** Called by the fuzzer: loads and initializes classes before inputs are timed. */
  public static void fuzzerInitialize() {
    CHOSEN.seeds().get().forEach(CHOSEN::run);
  }

  public static void fuzzerTestOneInput(byte[] input) {
    if (LAST_INPUT != null) {
      LAST_INPUT.putInt(0, input.length).put(Integer.BYTES, input);
    }
    Limits.keep(() -> CHOSEN.run(input));
  }

  private static @Nullable MappedByteBuffer map(@Nullable String file) {
    if (file == null) {
      return null;
    }
    try (FileChannel channel =
        FileChannel.open(
            Path.of(file),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      return channel.map(FileChannel.MapMode.READ_WRITE, 0, Integer.BYTES + MAX_BYTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
