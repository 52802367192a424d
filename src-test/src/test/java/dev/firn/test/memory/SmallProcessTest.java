package dev.firn.test.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.firn.test.RealDisk;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A small heap, which also bounds the memory outside it, and a small container suffice. */
final class SmallProcessTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final RealDisk disk = new RealDisk();

  @AfterEach
  void delete() {
    disk.close();
  }

  @Test
  void batch_thatIsLargerThanMemory_isRecovered() throws Exception {
    String folder = disk.directory().toString();
    SmallProcess written =
        SmallProcess.run(null, "-Xmx128m", BatchChild.class, LIMIT, "write", folder);
    assertEquals(0, written.exitCode(), written::output);
    SmallProcess read = SmallProcess.run(null, "-Xmx32m", BatchChild.class, LIMIT, "read", folder);
    assertEquals(0, read.exitCode(), read::output);
  }

  /** Journal, tables and buffers fit themselves to the container's limit, page cache included. */
  @Test
  void container_isNotExceeded() throws Exception {
    Optional<String> obstacle = ControlGroup.obstacle();
    assumeTrue(obstacle.isEmpty(), () -> obstacle.orElse(""));
    try (ControlGroup group = ControlGroup.of(192)) {
      String bytes = Long.toString(64L << 20);
      SmallProcess ingested =
          SmallProcess.run(
              group, "-Xmx48m", IngestChild.class, LIMIT, disk.directory().toString(), "8", bytes);
      assertEquals(0, ingested.exitCode(), ingested::output);
    }
  }
}
