package dev.firn.version;

import dev.firn.version.VersionEdit.JournalFloor;
import dev.firn.version.VersionEdit.JournalHead;
import dev.firn.version.VersionEdit.LastSequence;
import dev.firn.version.VersionEdit.NextFileNumber;
import dev.firn.version.VersionEdit.NextTreeId;
import dev.firn.version.VersionEdit.TableAdded;
import dev.firn.version.VersionEdit.TableRemoved;
import dev.firn.version.VersionEdit.TreeCreated;
import dev.firn.version.VersionEdit.TreeDropped;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The trees of a store: their ids and names.
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

  private static final TreeCatalogue EMPTY = new TreeCatalogue(new TreeMap<>(), Map.of(), 1);

  private final NavigableMap<Integer, String> names;
  private final Map<String, Integer> ids;
  private final int nextId;

  private TreeCatalogue(NavigableMap<Integer, String> names, Map<String, Integer> ids, int nextId) {
    this.names = names;
    this.ids = ids;
    this.nextId = nextId;
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
    Integer found = names.ceilingKey(first);
    return found != null && found <= last;
  }

  /** Whether every id from {@code first} to {@code last}, both included, is a tree's. */
  public boolean containsAll(int first, int last) {
    return names.subMap(first, true, last, true).size() == (long) last - first + 1;
  }

  /** The ids of the trees from {@code first} to {@code last}, both included, ascending. */
  public List<Integer> ids(int first, int last) {
    return first > last ? List.of() : List.copyOf(names.subMap(first, true, last, true).keySet());
  }

  /** The name of the tree with this id, which exists. */
  public String name(int id) {
    return Objects.requireNonNull(names.get(id));
  }

  /** The names of the trees, in the order of their ids. */
  public List<String> names() {
    return List.copyOf(names.values());
  }

  /** The id of the tree that is created next; above {@link #MAX_ID} when no id is left. */
  public int nextId() {
    return nextId;
  }

  /** The changes that turn the empty catalogue into this one. */
  List<VersionEdit.Change> snapshot() {
    List<VersionEdit.Change> changes = new ArrayList<>();
    names.forEach((id, name) -> changes.add(new VersionEdit.TreeCreated(id, name)));
    changes.add(new VersionEdit.NextTreeId(nextId));
    return changes;
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
    // One copy for all changes: a snapshot has one change for each tree.
    TreeCatalogue changed = new TreeCatalogue(new TreeMap<>(names), new HashMap<>(ids), nextId);
    int next = nextId;
    for (VersionEdit.Change change : changes) {
      switch (change) {
        case TreeCreated tree -> next = changed.create(tree.id(), tree.name(), next);
        case TreeDropped tree -> changed.drop(tree.id());
        case NextTreeId id -> next = forward(next, id.id());
        case TableAdded _, TableRemoved _, NextFileNumber _ -> {}
        case JournalFloor _, JournalHead _, LastSequence _ -> {}
      }
    }
    return new TreeCatalogue(changed.names, changed.ids, next);
  }

  private static boolean isOfTrees(VersionEdit.Change change) {
    return change instanceof TreeCreated
        || change instanceof TreeDropped
        || change instanceof NextTreeId;
  }

  /** Adds a tree, before the catalogue is published; returns the next free id. */
  private int create(int id, String name, int next) {
    if (id < next || id > MAX_ID) {
      throw new IllegalArgumentException("tree=" + id + ", but the next free id is " + next);
    }
    if (ids.containsKey(name)) {
      throw new IllegalArgumentException("tree=" + id + " has the name of another tree");
    }
    encodeName(name);
    names.put(id, name);
    ids.put(name, id);
    return id + 1;
  }

  /** Removes a tree, before the catalogue is published. */
  private void drop(int id) {
    String name = names.remove(id);
    if (name == null) {
      throw new IllegalArgumentException("tree=" + id + " does not exist");
    }
    ids.remove(name);
  }

  private static int forward(int next, int id) {
    if (id < next) {
      throw new IllegalArgumentException("next tree=" + id + " is below the next free id " + next);
    }
    return id;
  }

  @Override
  public String toString() {
    return names.size() + " trees";
  }
}
