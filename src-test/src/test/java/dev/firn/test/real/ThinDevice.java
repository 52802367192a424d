package dev.firn.test.real;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A device that promises more room than it has: an ext4 in a file with holes, on a memory file
 * system that is too small for it. What is written back when that is full is lost; only a sync is
 * told, and only once.
 *
 * <p><b>Threading.</b> One thread. <b>Ownership.</b> Unmounts and deletes when it is closed.
 */
final class ThinDevice implements AutoCloseable {

  private static final long PROMISED_BYTES = 64 << 20;

  /** What the file system writes about itself lies at the start of the device. */
  private static final List<String> OPTIONS =
      List.of("-b", "4096", "-N", "512", "-O", "^resize_inode", "-O");

  private static final int METADATA_BYTES = 1 << 20;

  private static final String ROOM = "size=12m";
  private static final String MORE_ROOM = "size=160m";

  /**
   * Has the pages of another process's mappings written back, and let go of. Arguments are made
   * numbers, because of a string a system call gets the address.
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

  /** Why there can be none; empty when there can. */
  static Optional<String> obstacle() {
    return LoopDevice.obstacle("ext4");
  }

  /**
   * Makes a device and mounts it.
   *
   * @param where a folder that exists
   * @param goesOn whether the file system is one without a log of its own, which goes on after a
   *     loss; another one mostly takes no more writes
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
      // A loop device takes a longer write that is cut short by a full file for a whole one. No
      // fsync would tell, and no store could know.
      device.device.writeSingleBlocks();
      return device;
    } catch (Exception e) {
      LoopDevice.run("umount", memory.toString());
      throw e;
    }
  }

  /** The root of the file system. */
  Path folder() {
    return device.folder();
  }

  /** Leaves the device so much room, or less if it has less. */
  void leaveRoom(long bytes) throws IOException {
    long usable = Files.getFileStore(memory).getUsableSpace();
    try (RandomAccessFile other = new RandomAccessFile(memory.resolve("other").toFile(), "rw")) {
      other.write(new byte[(int) Math.max(0, usable - bytes)]);
    } catch (IOException full) {
      // The store took some of it meanwhile.
    }
  }

  /** Whether there is no room left behind the promise. */
  boolean isFull() throws IOException {
    return Files.getFileStore(memory).getUsableSpace() == 0;
  }

  /** Lets the device keep its promises from now on. */
  void giveRoom() throws Exception {
    LoopDevice.run("mount", "-o", "remount," + MORE_ROOM, memory.toString());
  }

  /** As after a restart: forgets the page cache, and mounts what is on the device. */
  void remount() throws Exception {
    device.remount();
  }

  /** Takes from the page cache what this process has mapped of files that end like this. */
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

  /** Waits until what was written is written back, or lost. */
  static void writeBack(Path folder) {
    try {
      LoopDevice.run("sync", "-f", folder.toString());
    } catch (Exception e) {
      // It was lost, and this was told instead of the store. The store is told too.
      assert e instanceof IOException : e;
    }
  }
}
