package dev.firn.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.CorruptionException;
import dev.firn.version.VersionEdit.TreeConfigured;
import dev.firn.version.VersionEdit.TreeCreated;
import dev.firn.version.VersionEdit.TreeDropped;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TreeSettingsTest {

  private static final TreeSettings COUNTER = new TreeSettings(TreeKind.PLAIN, "sum", 0, 0);
  private static final TreeSettings DAY = new TreeSettings(TreeKind.PLAIN, null, 86_400_000, 0);

  private final MemoryFileSystem files = new MemoryFileSystem();

  @Test
  void openTree_keepsSettings() {
    try (TestStore store = new TestStore(files)) {
      VersionSet versions = store.versions;
      assertEquals(1, versions.openTree("multi", TreeSettings.multi()));
      assertEquals(2, versions.openTree("sum", COUNTER));
      assertEquals(3, versions.createTree("plain"));
      assertEquals(3, versions.openTree("plain", DAY));
      assertEquals(1, versions.createTree("multi"));
    }
    for (int i = 0; i < 2; i++) {
      try (TestStore store = new TestStore(files)) {
        TreeCatalogue trees = store.versions.trees();
        assertEquals(TreeSettings.multi(), trees.settings(1));
        assertEquals(COUNTER, trees.settings(2));
        assertEquals(DAY, trees.settings(3));
        assertSame(TreeSettings.DEFAULTS, trees.settings(4));
      }
    }
    try (TestStore store = new TestStore(files)) {
      store.versions.openTree("plain", TreeSettings.DEFAULTS);
      store.versions.dropTree("multi");
    }
    try (TestStore store = new TestStore(files)) {
      assertTrue(store.versions.trees().settings(3).isDefault());
      assertTrue(store.versions.trees().settings(1).isDefault());
    }
  }

  @Test
  void openTree_otherKindOrOperator_isRefused() {
    try (TestStore store = new TestStore(files)) {
      VersionSet versions = store.versions;
      versions.openTree("multi", TreeSettings.multi());
      versions.openTree("sum", COUNTER);
      assertThrows(
          IllegalArgumentException.class, () -> versions.openTree("multi", TreeSettings.DEFAULTS));
      assertThrows(
          IllegalArgumentException.class, () -> versions.openTree("sum", TreeSettings.multi()));
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> versions.openTree("sum", DAY));
      assertEquals(
          "tree=sum: has the merge operator sum, but is opened with no merge operator",
          e.getMessage());
      assertEquals(COUNTER, versions.trees().settings(2));
    }
  }

  @Test
  void settings_ofATreeThatIsNotThere_areRefused() {
    StoreState state = StoreState.empty().apply(VersionEdit.of(new TreeCreated(1, "one")));
    VersionEdit ofNone = VersionEdit.of(new TreeConfigured(2, DAY));
    assertThrows(IllegalArgumentException.class, () -> state.apply(ofNone));
    VersionEdit ofDropped = VersionEdit.of(new TreeDropped(1), new TreeConfigured(1, DAY));
    assertThrows(IllegalArgumentException.class, () -> state.apply(ofDropped));
  }

  @Test
  void settings_whichExcludeOneAnother_areRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> new TreeSettings(TreeKind.PLAIN, "sum", 1, 0));
    assertThrows(
        IllegalArgumentException.class, () -> new TreeSettings(TreeKind.MULTI, "sum", 0, 0));
    assertThrows(
        IllegalArgumentException.class, () -> new TreeSettings(TreeKind.MULTI, null, 0, 64));
    assertThrows(IllegalArgumentException.class, () -> new TreeSettings(TreeKind.PLAIN, "", 0, 0));
    assertThrows(
        IllegalArgumentException.class, () -> new TreeSettings(TreeKind.PLAIN, null, -1, 0));
  }

  /** Fields that are not set have no bytes, and each has one form. */
  @Test
  void decode_otherForms_areRefused() {
    assertEquals(VersionEdit.of(new TreeConfigured(5, TreeSettings.DEFAULTS)), decode(33, 5, 0));
    assertEquals(
        VersionEdit.of(new TreeConfigured(5, TreeSettings.multi())), decode(33, 5, 1, 1, 1));
    int[][] damaged = {
      {33, 5},
      {33, 0, 0},
      {33, 5, 1, 1, 0},
      {33, 5, 1, 1, 2},
      {33, 5, 1, 3, 0},
      {33, 5, 1, 4, 0},
      {33, 5, 1, 5, 1},
      {33, 5, 5},
      {33, 5, 2, 3, 1, 1, 1},
      {33, 5, 2, 3, 1, 3, 1},
      {33, 5, 1, 2, 0},
      {33, 5, 2, 2, 1, 'a', 3, 1},
      {33, 5, 2, 1, 1, 4, 64}
    };
    for (int[] bytes : damaged) {
      assertThrows(CorruptionException.class, () -> decode(bytes));
    }
  }

  private static VersionEdit decode(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    MemorySegment memory = MemorySegment.ofArray(bytes);
    return VersionEditCodec.decode(Path.of("edit"), 0, memory, 0, bytes.length);
  }
}
