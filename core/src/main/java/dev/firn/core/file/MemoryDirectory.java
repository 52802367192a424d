package dev.firn.core.file;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A folder in memory: its synced names, its present names, and the changes between the two.
 *
 * <p><b>Threading.</b> Guarded by the file system's mutex.
 */
final class MemoryDirectory implements MemoryNode {

  /**
   * One atomic change: a name gets a node, or none, and the old name of that node, if any, is
   * removed.
   */
  private record Change(String name, @Nullable MemoryNode node, @Nullable String oldName) {}

  private final SortedMap<String, MemoryNode> names = new TreeMap<>();
  private final SortedMap<String, MemoryNode> synced = new TreeMap<>();
  private final List<Change> changes = new ArrayList<>();

  /** The count of synced changes. */
  private long syncedChanges;

  List<String> names() {
    return List.copyOf(names.keySet());
  }

  /** The names with their nodes, sorted. */
  Set<Map.Entry<String, MemoryNode>> entries() {
    return names.entrySet();
  }

  @Nullable MemoryNode get(String name) {
    return names.get(name);
  }

  void put(String name, MemoryNode node) {
    change(new Change(name, node, null));
  }

  /** Adds a folder with a durable name. */
  void putSynced(String name, MemoryDirectory folder) {
    names.put(name, folder);
    synced.put(name, folder);
  }

  void remove(String name) {
    change(new Change(name, null, null));
  }

  void rename(String from, String to, MemoryNode node) {
    change(new Change(to, node, from));
  }

  /** Begins a sync of the present names; the returned action ends it. */
  Runnable beginSync() {
    long last = syncedChanges + changes.size();
    return () -> {
      // Another sync may have ended meanwhile.
      while (syncedChanges < last) {
        apply(changes.removeFirst(), synced);
        syncedChanges++;
      }
    };
  }

  private void change(Change change) {
    apply(change, names);
    changes.add(change);
  }

  private static void apply(Change change, SortedMap<String, MemoryNode> names) {
    if (change.oldName != null) {
      names.remove(change.oldName);
    }
    if (change.node == null) {
      names.remove(change.name);
    } else {
      // A node has one name, also if the change that removed the other one was lost.
      names.values().removeIf(other -> other == change.node);
      names.put(change.name, change.node);
    }
  }

  /** The same folder and everything in it, as the next process finds it after a kill. */
  MemoryDirectory copy() {
    MemoryDirectory copy = new MemoryDirectory();
    Map<MemoryNode, MemoryNode> copies = new IdentityHashMap<>();
    names.forEach((name, node) -> copy.names.put(name, copyOf(node, copies)));
    synced.forEach((name, node) -> copy.synced.put(name, copyOf(node, copies)));
    copy.syncedChanges = syncedChanges;
    for (Change change : changes) {
      MemoryNode node = change.node == null ? null : copyOf(change.node, copies);
      copy.changes.add(new Change(change.name, node, change.oldName));
    }
    return copy;
  }

  private static MemoryNode copyOf(MemoryNode node, Map<MemoryNode, MemoryNode> copies) {
    return copies.computeIfAbsent(
        node,
        original ->
            switch (original) {
              case MemoryDirectory directory -> directory.copy();
              case MemoryFile file -> file.copy();
            });
  }

  /** The folder and everything in it after a power cut. */
  MemoryDirectory cut(PowerCut cut, Path path) {
    SortedMap<String, MemoryNode> left = new TreeMap<>(synced);
    for (Change change : changes) {
      if (cut.keepsName(path.resolve(change.name))) {
        apply(change, left);
      }
    }
    MemoryDirectory directory = new MemoryDirectory();
    left.forEach(
        (name, node) ->
            directory.names.put(
                name,
                switch (node) {
                  case MemoryDirectory below -> below.cut(cut, path.resolve(name));
                  case MemoryFile file -> file.cut(cut, path.resolve(name));
                }));
    directory.synced.putAll(directory.names);
    return directory;
  }

  /** All files in the folder and in the folders below. */
  List<MemoryFile> files() {
    List<MemoryFile> files = new ArrayList<>();
    for (MemoryNode node : names.values()) {
      switch (node) {
        case MemoryDirectory below -> files.addAll(below.files());
        case MemoryFile file -> files.add(file);
      }
    }
    return files;
  }
}
