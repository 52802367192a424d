package dev.firn.test.damage;

import dev.firn.Compression;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.error.StorageException;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import dev.firn.test.fixture.DamageFixture;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A store whose reads fail, and the options that open it.
 *
 * @param name for messages
 * @param content its {@link ReadFaultRun#content}
 * @param reads number of reads in one life; approximate, because of background reads
 */
record ReadFaultScene(
    String name, StoreImage image, StoreOptions options, List<String> content, long reads) {

  /** Closed and killed stores, compressed and not, with and without a block cache. */
  static List<ReadFaultScene> all() {
    StoreOptions plain = DamageFixture.options().toBuilder().blockCacheBytes(0).build();
    StoreOptions packed = DamageFixture.options().toBuilder().compression(Compression.LZ4).build();
    return List.of(
        of("closed", DamageFixture.closed(plain), plain),
        of("closed, compressed", DamageFixture.closed(packed), packed),
        of("killed", DamageFixture.killed(plain), plain),
        of(
            "killed, compressed, not cached",
            DamageFixture.killed(packed),
            packed.toBuilder().blockCacheBytes(0).build()));
  }

  private static ReadFaultScene of(String name, DamageFixture fixture, StoreOptions options) {
    StoreImage image = fixture.image();
    List<String> content;
    try (Store store = new MemoryDisk(image.toFileSystem()).open(options)) {
      content = ReadFaultRun.content(store);
    }
    ReadFaultRun run = new ReadFaultRun(image, options, content, 0, false);
    run.run();
    return new ReadFaultScene(name, image, options, content, run.reads());
  }

  /** One life in which a read fails; returns the failure, or null if the turn did not come. */
  @Nullable StorageException run(long turn, boolean stays) {
    return new ReadFaultRun(image, options, content, turn, stays).run();
  }

  @Override
  public String toString() {
    return name;
  }
}
