package dev.firn.test.real;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A device that promises more room than it has: an ext4 in a sparse file on a memory file system
 * that is too small for it. Once that is full, write-backs are lost; only a sync is told, and only
 * once.
 *
 * <p><b>Ownership.</b> Closing unmounts and deletes it.
 */
final class ThinDevice implements AutoCloseable {

  private static final long PROMISED_BYTES = 64 << 20;

  /** The metadata of the file system is at the start of the device. */
  private static final List<String> OPTIONS =
      List.of("-b", "4096", "-N", "512", "-O", "^resize_inode", "-O");

  private static final int METADATA_BYTES = 1 << 20;

  private static final String ROOM = "size=12m";
  private static final String MORE_ROOM = "size=160m";

  /**
   * Makes the kernel write back and drop the mapped pages of another process. Arguments are
   * converted to numbers: for a string a system call gets its address.
   */
  private static final String PAGE_OUT =
      "my ($pid, @ranges) = map { $_ + 0 } @ARGV; my $fd = syscall(434, $pid, 0); die $! if $fd <"
          + " 0; while (@ranges) { my $vector = pack('QQ', shift @ranges, shift @ranges);"
          + " syscall(440, $fd, $vector, 1, 21, 0); }";

  private final Path memory;
  private final LoopDevice device;

  private ThinDevice(Path memory, LoopDevice device) {
    this.memory = memory;
    this.device = device;
  }

  /** Why this machine can make none; empty when it can. */
  static Optional<String> obstacle() {
    return LoopDevice.obstacle("ext4");
  }

  /**
   * Makes a device and mounts it.
   *
   * @param where an existing folder
   * @param goesOn whether to omit the file system's own log; without it the file system continues
   *     after a loss, otherwise it mostly becomes read-only
   */
  static ThinDevice make(Path where, boolean goesOn) throws Exception {
    Path memory = Files.createDirectory(where.resolve("memory"));
    LoopDevice.run("mount", "-t", "tmpfs", "-o", ROOM, "tmpfs", memory.toString());
    try {
      List<String> options = new ArrayList<>(OPTIONS);
      options.add(goesOn ? "^has_journal" : "has_journal");
      ThinDevice device =
          new ThinDevice(
              memory,
              LoopDevice.make("ext4", memory, PROMISED_BYTES, options.toArray(String[]::new)));
      device.device.fillHoles(METADATA_BYTES);
      // A loop device reports a long write that a full file cut short as complete. No fsync would
      // tell, and no store could know.
      device.device.writeSingleBlocks();
      return device;
    } catch (Exception e) {
      LoopDevice.run("umount", memory.toString());
      throw e;
    }
  }

  Path folder() {
    return device.folder();
  }

  void leaveRoom(long bytes) throws IOException {
    long usable = Files.getFileStore(memory).getUsableSpace();
    try (RandomAccessFile other = new RandomAccessFile(memory.resolve("other").toFile(), "rw")) {
      other.write(new byte[(int) Math.max(0, usable - bytes)]);
    } catch (IOException full) {
      // The store took some of it meanwhile.
    }
  }

  boolean isFull() throws IOException {
    return Files.getFileStore(memory).getUsableSpace() == 0;
  }

  void giveRoom() throws Exception {
    LoopDevice.run("mount", "-o", "remount," + MORE_ROOM, memory.toString());
  }

  /** Drops the page cache and mounts what is on the device, like a restart. */
  void remount() throws Exception {
    device.remount();
  }

  /** Drops from the page cache what this process has mapped of files with a name ending. */
  void pageOut(Path folder, String ending) throws Exception {
    StringBuilder ranges = new StringBuilder();
    for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
      if (line.contains(folder + "/") && line.endsWith(ending)) {
        String[] range = line.substring(0, line.indexOf(' ')).split("-");
        long from = Long.parseUnsignedLong(range[0], 16);
        ranges.append(from).append(' ');
        ranges.append(Long.parseUnsignedLong(range[1], 16) - from).append(' ');
      }
    }
    List<String> command = new ArrayList<>(List.of("perl", "-e", PAGE_OUT));
    command.add(Long.toString(ProcessHandle.current().pid()));
    if (!ranges.isEmpty()) {
      command.addAll(List.of(ranges.toString().strip().split(" ")));
      LoopDevice.run(command.toArray(String[]::new));
    }
  }

  @Override
  public void close() throws Exception {
    giveRoom();
    try {
      device.close();
    } finally {
      LoopDevice.run("umount", memory.toString());
      Files.delete(memory);
    }
  }

  /** Waits until all writes are written back or lost. */
  static void writeBack(Path folder) {
    try {
      LoopDevice.run("sync", "-f", folder.toString());
    } catch (Exception e) {
      // A write was lost, and this call was told. The store is told too.
      assert e instanceof IOException : e;
    }
  }
}
