package dev.firn.compaction;

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
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The trees of a store: their ids and names.
 *
 * <p>Ids are given once and never again, so an id that is not here belongs to a tree that was
 * dropped, and its entries may be forgotten.
 *
 * <p><b>Threading.</b> Immutable.
 */
public final class TreeCatalogue {

  /** The longest name, in bytes of UTF-8. */
  public static final int MAX_NAME_BYTES = 255;

  private static final TreeCatalogue EMPTY = new TreeCatalogue(new TreeMap<>(), Map.of(), 1);

  private final NavigableMap<Integer, String> names;
  private final Map<String, Integer> ids;
  private final int nextId;

  private TreeCatalogue(NavigableMap<Integer, String> names, Map<String, Integer> ids, int nextId) {
    this.names = names;
    this.ids = ids;
    this.nextId = nextId;
  }

  /** No trees; the first one will have id 1. */
  public static TreeCatalogue empty() {
    return EMPTY;
  }

  /**
   * The bytes of a name.
   *
   * @throws IllegalArgumentException when it is empty, too long, or not Unicode
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
  boolean containsAny(int first, int last) {
    Integer found = names.ceilingKey(first);
    return found != null && found <= last;
  }

  /** Whether every id from {@code first} to {@code last} is a tree's. */
  boolean containsAll(int first, int last) {
    return names.subMap(first, true, last, true).size() == (long) last - first + 1;
  }

  /** The names, in the order of their trees' ids. */
  public List<String> names() {
    return List.copyOf(names.values());
  }

  /** The id of the tree that is created next. */
  public int nextId() {
    return nextId;
  }

  /** The changes that make this catalogue from the empty one. */
  List<VersionEdit.Change> snapshot() {
    List<VersionEdit.Change> changes = new ArrayList<>();
    names.forEach((id, name) -> changes.add(new VersionEdit.TreeCreated(id, name)));
    changes.add(new VersionEdit.NextTreeId(nextId));
    return changes;
  }

  /**
   * @throws IllegalArgumentException when the id was given before, or the name is taken
   */
  TreeCatalogue with(int id, String name) {
    if (id < nextId || id == Integer.MAX_VALUE) {
      throw new IllegalArgumentException("tree=" + id + " where ids from " + nextId + " are free");
    }
    if (ids.containsKey(name)) {
      throw new IllegalArgumentException("the name of tree=" + id + " is taken");
    }
    encodeName(name);
    NavigableMap<Integer, String> changed = new TreeMap<>(names);
    changed.put(id, name);
    return new TreeCatalogue(changed, invert(changed), id + 1);
  }

  /**
   * @throws IllegalArgumentException when there is no such tree
   */
  TreeCatalogue without(int id) {
    if (!contains(id)) {
      throw new IllegalArgumentException("tree=" + id + " is not there");
    }
    NavigableMap<Integer, String> changed = new TreeMap<>(names);
    changed.remove(id);
    return new TreeCatalogue(changed, invert(changed), nextId);
  }

  /**
   * @throws IllegalArgumentException when ids were given up to a larger one
   */
  TreeCatalogue withNextId(int id) {
    if (id < nextId) {
      throw new IllegalArgumentException(
          "next tree=" + id + " where ids up to " + nextId + " were");
    }
    return new TreeCatalogue(names, ids, id);
  }

  private static Map<String, Integer> invert(Map<Integer, String> names) {
    Map<String, Integer> ids = new HashMap<>();
    names.forEach((id, name) -> ids.put(name, id));
    return ids;
  }

  @Override
  public String toString() {
    return names.size() + " trees";
  }
}
