package dev.firn.core.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MachineMemoryTest {

  @TempDir Path root;

  private void write(String file, String text) throws IOException {
    Files.createDirectories(root.resolve(file).getParent());
    Files.writeString(root.resolve(file), text);
  }

  private MachineMemory memory(String... environment) {
    return new MachineMemory(
        root, environment.length == 0 ? Map.of() : Map.of(environment[0], environment[1]));
  }

  @Test
  void nothingReadable_isNoLimit() {
    assertEquals(Long.MAX_VALUE, memory().limitBytes());
    assertEquals(77, memory().directBytes(77));
  }

  @Test
  void limit_isThatOfTheMachine() throws IOException {
    write("proc/meminfo", "MemTotal:       1000 kB\nMemFree:  1 kB\n");
    assertEquals(1_024_000, memory().limitBytes());
  }

  @Test
  void limit_isTheSmallestOfTheGroups() throws IOException {
    write("proc/meminfo", "MemTotal:       1000000 kB\n");
    write("proc/self/cgroup", "4:cpu,cpuacct:/x\n0::/a/b\n");
    write("sys/fs/cgroup/a/b/memory.max", "max\n");
    write("sys/fs/cgroup/a/memory.max", "5000\n");
    assertEquals(5000, memory().limitBytes());
    write("sys/fs/cgroup/a/b/memory.max", "4000\n");
    assertEquals(4000, memory().limitBytes());
  }

  @Test
  void limit_ofTheFirstVersion() throws IOException {
    write("proc/self/cgroup", "9:name=systemd:/x\n4:cpu,memory:/a\n");
    write("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "6000\n");
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    assertEquals(6000, memory().limitBytes());
  }

  /** In a container the path may be that of the host, and the mount begins at the group. */
  @Test
  void limit_ofAMountThatBeginsAtTheGroup() throws IOException {
    write("proc/self/cgroup", "0::/docker/abc\n");
    write("sys/fs/cgroup/memory.max", "7000");
    assertEquals(7000, memory().limitBytes());
  }

  @Test
  void direct_isTheLastOneSaid() throws IOException {
    write("proc/self/cmdline", "java\0-XX:MaxDirectMemorySize=64m\0-jar\0x.jar\0");
    assertEquals(64 << 20, memory().directBytes(77));
    assertEquals(
        64 << 20, memory("JAVA_TOOL_OPTIONS", "-XX:MaxDirectMemorySize=1g").directBytes(77));
    assertEquals(2048, memory("_JAVA_OPTIONS", "-XX:MaxDirectMemorySize=2K").directBytes(77));
    assertEquals(77, memory("_JAVA_OPTIONS", "-XX:MaxDirectMemorySize=0").directBytes(77));
  }

  @Test
  void thisMachine_hasSomeMemory() {
    long limit = new MachineMemory().limitBytes();
    assertTrue(limit > 1 << 20 && limit < Long.MAX_VALUE, "limit: " + limit);
  }
}
