package dev.firn.test.compare.workload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Bytes that this process caused to be read from devices and written to them. Writes through
 * mappings count when a page becomes dirty.
 */
record DeviceBytes(long read, long written) {

  private static final Path IO = Path.of("/proc/self/io");

  /** Since the process began; 0 if the system does not tell. */
  static DeviceBytes now() {
    if (!Files.isReadable(IO)) {
      return new DeviceBytes(0, 0);
    }
    long read = 0;
    long written = 0;
    try {
      for (String line : Files.readAllLines(IO)) {
        if (line.startsWith("read_bytes:")) {
          read = number(line);
        } else if (line.startsWith("write_bytes:")) {
          written = number(line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new DeviceBytes(read, written);
  }

  private static long number(String line) {
    return Long.parseLong(line.substring(line.indexOf(':') + 1).strip());
  }

  /** The bytes that a folder takes on its device: holes in files do not count. */
  static long ofFolder(Path folder) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder("du", "-s", "-B", "1", folder.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return Long.parseLong(said.split("\\s")[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
