package dev.firn.version;

import dev.firn.error.StorageException;
import dev.firn.version.VersionEdit.ClockMark;
import dev.firn.version.VersionEdit.JournalFloor;
import dev.firn.version.VersionEdit.JournalHead;
import dev.firn.version.VersionEdit.LastSequence;
import dev.firn.version.VersionEdit.NextFileNumber;
import dev.firn.version.VersionEdit.NextTreeId;
import dev.firn.version.VersionEdit.TableAdded;
import dev.firn.version.VersionEdit.TableRemoved;
import dev.firn.version.VersionEdit.TreeConfigured;
import dev.firn.version.VersionEdit.TreeCreated;
import dev.firn.version.VersionEdit.TreeDropped;
import dev.firn.version.VersionEdit.ValueFileAdded;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * The trees of a store: their ids, names and settings.
 *
 * <p>An id is used once. So an id that is not in the catalogue belongs to a dropped tree, and
 * compactions drop its entries.
 *
 * <p><b>Threading.</b> Immutable.
 */
public final class TreeCatalogue {

  /** Max length of a name in bytes of UTF-8. */
  public static final int MAX_NAME_BYTES = 255;

  /** The largest id. {@link #nextId} is larger, and still an {@code int}, when no id is left. */
  public static final int MAX_ID = Integer.MAX_VALUE - 1;

  private static final TreeCatalogue EMPTY =
      new TreeCatalogue(PersistentMap.empty(), PersistentMap.empty(), PersistentMap.empty(), 1, 0);

  private final PersistentMap<Integer, String> names;
  private final PersistentMap<String, Integer> ids;

  /** Of the trees whose settings are not the defaults. */
  private final PersistentMap<Integer, TreeSettings> settings;

  private final int nextId;
  private final int drops;

  private TreeCatalogue(
      PersistentMap<Integer, String> names,
      PersistentMap<String, Integer> ids,
      PersistentMap<Integer, TreeSettings> settings,
      int nextId,
      int drops) {
    this.names = names;
    this.ids = ids;
    this.settings = settings;
    this.nextId = nextId;
    this.drops = drops;
  }

  /** The catalogue without trees; the first tree gets id 1. */
  static TreeCatalogue empty() {
    return EMPTY;
  }

  /**
   * A name in UTF-8.
   *
   * @throws IllegalArgumentException when the name is empty, too long, or not Unicode
   */
  static byte[] encodeName(String name) {
    ByteBuffer bytes;
    try {
      bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(name));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("name=" + name + " is not Unicode", e);
    }
    if (!bytes.hasRemaining() || bytes.remaining() > MAX_NAME_BYTES) {
      throw new IllegalArgumentException(
          "name=" + name + " has " + bytes.remaining() + " bytes, not 1 to " + MAX_NAME_BYTES);
    }
    return Arrays.copyOf(bytes.array(), bytes.remaining());
  }

  /** The id of the tree with this name. */
  public OptionalInt id(String name) {
    Integer id = ids.get(name);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** Whether there is a tree with this id. */
  public boolean contains(int id) {
    return names.containsKey(id);
  }

  /** Whether a tree has an id from {@code first} to {@code last}, both included. */
  public boolean containsAny(int first, int last) {
    Integer found = names.ceiling(first);
    return found != null && found <= last;
  }

  /** Whether every id from {@code first} to {@code last}, both included, is a tree's. */
  public boolean containsAll(int first, int last) {
    return names.countTo(last) - names.countTo(first - 1) == (long) last - first + 1;
  }

  /** The ids of the trees from {@code first} to {@code last}, both included, ascending. */
  public List<Integer> ids(int first, int last) {
    List<Integer> ids = new ArrayList<>();
    Integer id = names.ceiling(first);
    while (id != null && id <= last) {
      ids.add(id);
      id = id == last ? null : names.ceiling(id + 1);
    }
    return ids;
  }

  /** The name of the tree with this id, which exists. */
  public String name(int id) {
    return Objects.requireNonNull(names.get(id));
  }

  /** The least length that a tree of its own sets for large values; the maximum if none does. */
  public int leastValueFileBytes() {
    return settings.values().stream()
        .mapToInt(TreeSettings::minValueFileBytes)
        .filter(bytes -> bytes > 0)
        .min()
        .orElse(Integer.MAX_VALUE);
  }

  /** The settings of the tree with this id; the defaults if there is none. Allocates nothing. */
  public TreeSettings settings(int id) {
    TreeSettings found = PersistentMap.get(settings, id);
    return found == null ? TreeSettings.DEFAULTS : found;
  }

  /** The names of the trees, in the order of their ids. */
  public List<String> names() {
    return names.values();
  }

  /** The count of trees. */
  public int size() {
    return names.size();
  }

  /**
   * How many trees were dropped since the manifest was read. What was no garbage at one count is
   * none at the same count later.
   */
  public int drops() {
    return drops;
  }

  /** The id of the tree that is created next; above {@link #MAX_ID} when no id is left. */
  public int nextId() {
    return nextId;
  }

  /** The changes that turn the empty catalogue into this one. */
  List<VersionEdit.Change> snapshot() {
    List<VersionEdit.Change> changes = new ArrayList<>();
    names.forEach((id, name) -> changes.add(new TreeCreated(id, name)));
    settings.forEach((id, set) -> changes.add(new TreeConfigured(id, set)));
    changes.add(new NextTreeId(nextId));
    return changes;
  }

  /**
   * The edit after which there is a tree of this name with these settings; empty if there is.
   *
   * @param directory the folder that errors name
   * @throws IllegalArgumentException when the tree exists and cannot have these settings
   * @throws StorageException when no tree id is left
   */
  VersionEdit opening(Path directory, String name, TreeSettings wanted) {
    Integer id = ids.get(name);
    if (id != null) {
      TreeSettings before = settings(id);
      before.checkChange(name, wanted);
      return before.equals(wanted)
          ? VersionEdit.of()
          : VersionEdit.of(new TreeConfigured(id, wanted));
    }
    if (nextId > MAX_ID) {
      String problem = "can have no more trees: all ids up to %d were used, and none is used twice";
      throw new StorageException(directory, problem.formatted(MAX_ID), null);
    }
    VersionEdit created = VersionEdit.of(new TreeCreated(nextId, name));
    return wanted.isDefault() ? created : created.with(new TreeConfigured(nextId, wanted));
  }

  /**
   * The catalogue after the changes of an edit, applied in their order; changes of other things are
   * ignored.
   *
   * @throws IllegalArgumentException when a change does not fit the changes before it
   */
  TreeCatalogue apply(List<VersionEdit.Change> changes) {
    if (changes.stream().noneMatch(TreeCatalogue::isOfTrees)) {
      return this;
    }
    TreeCatalogue changed = this;
    for (VersionEdit.Change change : changes) {
      changed =
          switch (change) {
            case TreeCreated tree -> changed.create(tree.id(), tree.name());
            case TreeConfigured tree -> changed.configure(tree.id(), tree.settings());
            case TreeDropped tree -> changed.drop(tree.id());
            case NextTreeId id -> changed.forward(id.id());
            case TableAdded _, TableRemoved _, NextFileNumber _ -> changed;
            case JournalFloor _, JournalHead _, LastSequence _, ValueFileAdded _ -> changed;
            case ClockMark _ -> changed;
          };
    }
    return changed;
  }

  private static boolean isOfTrees(VersionEdit.Change change) {
    return change instanceof TreeCreated
        || change instanceof TreeConfigured
        || change instanceof TreeDropped
        || change instanceof NextTreeId;
  }

  private TreeCatalogue create(int id, String name) {
    if (id < nextId || id > MAX_ID) {
      throw new IllegalArgumentException("tree=" + id + ", but the next free id is " + nextId);
    }
    if (ids.containsKey(name)) {
      throw new IllegalArgumentException("tree=" + id + " has the name of another tree");
    }
    encodeName(name);
    return new TreeCatalogue(names.with(id, name), ids.with(name, id), settings, id + 1, drops);
  }

  private TreeCatalogue configure(int id, TreeSettings wanted) {
    if (!contains(id)) {
      throw new IllegalArgumentException("tree=" + id + " does not exist");
    }
    PersistentMap<Integer, TreeSettings> changed =
        wanted.isDefault() ? settings.without(id) : settings.with(id, wanted);
    return new TreeCatalogue(names, ids, changed, nextId, drops);
  }

  private TreeCatalogue drop(int id) {
    String name = names.get(id);
    if (name == null) {
      throw new IllegalArgumentException("tree=" + id + " does not exist");
    }
    return new TreeCatalogue(
        names.without(id), ids.without(name), settings.without(id), nextId, drops + 1);
  }

  private TreeCatalogue forward(int id) {
    if (id < nextId) {
      throw new IllegalArgumentException(
          "next tree=" + id + " is below the next free id " + nextId);
    }
    return new TreeCatalogue(names, ids, settings, id, drops);
  }

  @Override
  public String toString() {
    return names.size() + " trees";
  }
}
