package dev.firn.test.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.core.file.FileName;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The stores of earlier releases open with all their content. */
final class GoldenStoreTest {

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2", "v3", "v4"})
  void storeOfARelease_holdsWhatWasWritten(String release) throws Exception {
    StoreImage image = StoreImage.of(resource("/golden/" + release));
    assertHasAllKinds(image);
    Model content = GoldenStore.content(Script.read(resource("/golden/" + release + ".txt")));
    for (StoreOptions options : optionsToTry()) {
      MemoryDisk disk = new MemoryDisk(image.toFileSystem());
      try (Store store = disk.open(options)) {
        assertTrue(store.recovery().records() > 0, () -> store.recovery().toString());
        assertTrue(store.verify().isIntact());
        GoldenStore.assertHolds(content, store);
        store.compact();
        GoldenStore.assertHolds(content, store);
      }
      try (Store store = disk.open(options)) {
        GoldenStore.assertHolds(content, store);
      }
      disk.assertNothingOpen();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2", "v3", "v4"})
  void sameScript_makesTheSameContentToday(String release) throws Exception {
    Script script = Script.read(resource("/golden/" + release + ".txt"));
    StoreImage image = GoldenStore.make(script);
    assertHasAllKinds(image);
    try (Store store = new MemoryDisk(image.toFileSystem()).open(StoreOptions.defaults())) {
      GoldenStore.assertHolds(GoldenStore.content(script), store);
    }
  }

  private static List<StoreOptions> optionsToTry() {
    return List.of(
        StoreOptions.builder().journalSegmentBytes(1 << 20).build(),
        Options.DEFAULTS.toStoreOptions());
  }

  private static void assertHasAllKinds(StoreImage image) {
    Set<String> kinds = new HashSet<>();
    image.names().forEach(name -> kinds.add(StoreImage.kind(name)));
    // A table may have been incomplete.
    kinds.removeIf(FileName::isTemporary);
    assertEquals(Set.of("CURRENT", "LOCK", "journal", "manifest", "table"), kinds);
  }

  private Path resource(String name) throws Exception {
    return Path.of(Objects.requireNonNull(getClass().getResource(name), name).toURI());
  }
}
