package dev.firn.test.damage;

import dev.firn.Compression;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.error.StorageException;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A store whose reads fail, and how it is opened.
 *
 * @param name for people
 * @param content what {@link ReadFaultRun#content} says of it
 * @param reads how many reads there are in a life of it; about, for the background reads too
 */
record ReadFaultScene(
    String name, StoreImage image, StoreOptions options, List<String> content, long reads) {

  /** Closed stores and killed ones, compressed and not, with and without a block cache. */
  static List<ReadFaultScene> all() {
    StoreOptions plain = Sample.options().toBuilder().blockCacheBytes(0).build();
    StoreOptions packed = Sample.options().toBuilder().compression(Compression.LZ4).build();
    return List.of(
        of("closed", Sample.closed(plain), plain),
        of("closed, compressed", Sample.closed(packed), packed),
        of("killed", Sample.killed(plain), plain),
        of(
            "killed, compressed, not cached",
            Sample.killed(packed),
            packed.toBuilder().blockCacheBytes(0).build()));
  }

  private static ReadFaultScene of(String name, Sample sample, StoreOptions options) {
    StoreImage image = sample.image();
    List<String> content;
    try (Store store = new MemoryDisk(image.toFileSystem()).open(options)) {
      content = ReadFaultRun.content(store);
    }
    ReadFaultRun run = new ReadFaultRun(image, options, content, 0, false);
    run.run();
    return new ReadFaultScene(name, image, options, content, run.reads());
  }

  /** One life of the store, in which a read fails; the failure, if the turn came. */
  @Nullable StorageException run(long turn, boolean stays) {
    return new ReadFaultRun(image, options, content, turn, stays).run();
  }

  @Override
  public String toString() {
    return name;
  }
}
