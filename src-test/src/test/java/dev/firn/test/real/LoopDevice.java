package dev.firn.test.real;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A file system in a file, mounted through a loop device. Only root can make one.
 *
 * <p><b>Ownership.</b> Closing unmounts and deletes it.
 */
final class LoopDevice implements AutoCloseable {

  /** The ioctl of ext4 and xfs that stops a file system at once, without writing its log. */
  private static final String CUT =
      "open(my $d, '<', $ARGV[0]) or die $!; my $how = pack('L', 2); ioctl($d, 0x8004587d, $how)"
          + " or die $!;";

  /** The quiet option of file system makers, where it is not {@code -q}. */
  private static final Map<String, String> QUIETLY = Map.of("btrfs", "--quiet");

  private static final int PATIENCE_SECONDS = 60;
  private static final int ATTEMPTS = 50;
  private static final String BLOCK_KIB = "4";

  private final Path image;
  private final Path folder;
  private boolean mounted;

  private LoopDevice(Path image, Path folder) {
    this.image = image;
    this.folder = folder;
  }

  /** Why this machine can make none of this kind; empty when it can. */
  static Optional<String> obstacle(String kind) {
    if (!"root".equals(System.getProperty("user.name"))) {
      return Optional.of("needs root, to mount a loop device");
    }
    if (!Files.exists(Path.of("/dev/loop-control"))) {
      return Optional.of("needs loop devices");
    }
    for (String tool : List.of("mkfs." + kind, "mount", "umount", "perl")) {
      if (!isThere(tool)) {
        return Optional.of("needs " + tool);
      }
    }
    return Optional.empty();
  }

  private static boolean isThere(String tool) {
    return List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin").stream()
        .anyMatch(path -> Files.exists(Path.of(path, tool)));
  }

  /**
   * Makes a file system and mounts it.
   *
   * @param where an existing folder for the image and the mount point
   * @param options of the file system maker
   */
  static LoopDevice make(String kind, Path where, long bytes, String... options) throws Exception {
    Path image = where.resolve(kind + ".image");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(bytes);
    }
    List<String> command = new ArrayList<>();
    command.addAll(List.of("mkfs." + kind, QUIETLY.getOrDefault(kind, "-q")));
    command.addAll(List.of(options));
    command.add(image.toString());
    run(command.toArray(String[]::new));
    LoopDevice device = new LoopDevice(image, Files.createDirectory(where.resolve("mounted")));
    device.mount();
    return device;
  }

  Path folder() {
    return folder;
  }

  void mount() throws Exception {
    run("mount", "-o", "loop", image.toString(), folder.toString());
    mounted = true;
  }

  /** Allocates the start of the device; unmounts and mounts it. */
  void fillHoles(int bytes) throws Exception {
    unmount();
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      byte[] start = new byte[bytes];
      file.readFully(start);
      file.seek(0);
      file.write(start);
    }
    mount();
  }

  /** Makes the kernel write block by block, until the device is unmounted. */
  void writeSingleBlocks() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/mounts"))) {
      String[] words = line.split(" ");
      if (words[1].equals(folder.toString())) {
        Path name = Path.of(words[0]).getFileName();
        Files.writeString(
            Path.of("/sys/block", name.toString(), "queue", "max_sectors_kb"), BLOCK_KIB);
        return;
      }
    }
    throw new IOException(folder + " is not mounted");
  }

  /** Cuts the power: nothing reaches the device from now on, and everything else is lost. */
  void cut() throws Exception {
    run("perl", "-e", CUT, folder.toString());
  }

  /** Drops the page cache and mounts what is on the device, like a restart. */
  void remount() throws Exception {
    unmount();
    mount();
  }

  private void unmount() throws Exception {
    // The kernel may not yet have released the mappings of the killed process.
    for (int i = 0; ; i++) {
      try {
        run("umount", folder.toString());
        mounted = false;
        return;
      } catch (IOException e) {
        if (i == ATTEMPTS) {
          throw e;
        }
        Thread.sleep(100);
      }
    }
  }

  @Override
  public void close() throws Exception {
    if (mounted) {
      unmount();
    }
    Files.delete(folder);
    Files.delete(image);
  }

  static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException(String.join(" ", command) + ": " + output);
    }
  }
}
