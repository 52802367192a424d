package dev.firn.test.real;

import dev.firn.core.file.MappedFile;
import dev.firn.core.file.RealFileSystem;
import dev.firn.error.StorageException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process with a mapped file on a device that loses power: every use of the mapping succeeds or
 * is a {@link StorageException}, and the process lives. On xfs the pages stay readable, and a store
 * into them is a bus error.
 */
final class CutMapping {

  private static final long BYTES = 8 << 20;
  private static final int PATIENCE_SECONDS = 60;
  private static final String READY = "ready";
  private static final String DONE = "done";

  /** The JVM stores these lengths in different ways. */
  private static final int[] LENGTHS = {1, 8, 63, 64, 136, 4096, 100_000};

  private static final List<String> MODES =
      List.of(
          "-Xint", "-XX:TieredStopAtLevel=1", "-XX:-TieredCompilation", "-XX:+TieredCompilation");

  private CutMapping() {}

  static int modes() {
    return MODES.size();
  }

  static void check(LoopDevice device, Path folder, int mode) throws Exception {
    Path errors = folder.resolve("errors.txt");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                MODES.get(mode),
                "-Xmx64m",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + folder.resolve("hs_err.log"),
                "-cp",
                System.getProperty("java.class.path"),
                CutMapping.class.getName(),
                device.folder().resolve("mapped").toString())
            .redirectError(errors.toFile())
            .start();
    try (var said = child.inputReader(StandardCharsets.UTF_8)) {
      String ready = said.readLine();
      device.cut();
      child.getOutputStream().close();
      String done = said.readLine();
      if (!READY.equals(ready) || !DONE.equals(done)) {
        throw new AssertionError(
            MODES.get(mode) + ": " + done + ", see " + folder + "\n" + Files.readString(errors));
      }
    } finally {
      child.destroyForcibly();
      child.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** The process. Argument: the file to make and map. */
  public static void main(String[] args) throws IOException {
    Path path = Path.of(args[0]);
    RealFileSystem files = new RealFileSystem();
    files.allocate(path, BYTES);
    try (Arena arena = Arena.ofConfined();
        MappedFile file = files.map(path)) {
      MemorySegment source = arena.allocate(BYTES);
      file.write(0, source, 0, BYTES);
      file.sync(0, BYTES);
      System.out.println(READY);
      if (System.in.read() >= 0) {
        throw new AssertionError("the end of the input says that the power is gone");
      }
      attempt(file::prefault);
      for (int length : LENGTHS) {
        for (long at = 0; at < BYTES - length; at += BYTES / 16) {
          long position = at;
          attempt(() -> file.write(position, source, 0, length));
        }
      }
      attempt(() -> file.sync(0, BYTES));
    }
    System.out.println(DONE);
  }

  private static void attempt(Runnable work) {
    try {
      work.run();
    } catch (StorageException powerGone) {
      // Expected without power.
    }
  }
}
