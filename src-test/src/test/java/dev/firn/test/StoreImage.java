package dev.firn.test;

import dev.firn.core.file.AppendFile;
import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.core.file.ReadFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files of a store's folder as bytes, by name. Immutable. */
public final class StoreImage {

  private final NavigableMap<String, byte[]> files;

  private StoreImage(NavigableMap<String, byte[]> files) {
    this.files = Collections.unmodifiableNavigableMap(files);
  }

  public static StoreImage of(FileSystem fileSystem, Path directory) {
    NavigableMap<String, byte[]> files = new TreeMap<>();
    for (String name : fileSystem.list(directory)) {
      files.put(name, read(fileSystem, directory.resolve(name)));
    }
    return new StoreImage(files);
  }

  public static StoreImage of(Path directory) throws IOException {
    NavigableMap<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> paths = Files.list(directory)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        files.put(path.getFileName().toString(), Files.readAllBytes(path));
      }
    }
    return new StoreImage(files);
  }

  public void writeTo(Path directory) throws IOException {
    for (String name : files.keySet()) {
      Files.write(directory.resolve(name), files.get(name));
    }
  }

  private static byte[] read(FileSystem fileSystem, Path path) {
    try (ReadFile file = fileSystem.openRead(path);
        Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(Math.max(1, file.size()));
      file.read(0, bytes, 0, file.size());
      return bytes.asSlice(0, file.size()).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  public MemoryFileSystem toFileSystem() {
    return toFileSystem(MemoryDisk.DIRECTORY);
  }

  /** A new file system with these files in a folder of this name. */
  public MemoryFileSystem toFileSystem(Path directory) {
    MemoryFileSystem fileSystem = new MemoryFileSystem();
    fileSystem.createDirectories(directory);
    files.forEach((name, bytes) -> write(fileSystem, directory.resolve(name), bytes));
    fileSystem.syncDirectory(directory);
    return fileSystem;
  }

  private static void write(FileSystem fileSystem, Path path, byte[] bytes) {
    try (AppendFile file = fileSystem.create(path);
        Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(Math.max(1, bytes.length));
      MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
      file.append(memory, 0, bytes.length);
      file.sync();
    }
  }

  public List<String> names() {
    return List.copyOf(files.keySet());
  }

  public byte[] bytes(String name) {
    return files.get(name).clone();
  }

  public StoreImage with(String name, byte[] bytes) {
    NavigableMap<String, byte[]> changed = new TreeMap<>(files);
    changed.put(name, bytes);
    return new StoreImage(changed);
  }

  public StoreImage without(String name) {
    NavigableMap<String, byte[]> changed = new TreeMap<>(files);
    changed.remove(name);
    return new StoreImage(changed);
  }

  /** The names of files that differ from another image; the lock file is ignored. */
  public List<String> differences(StoreImage other) {
    List<String> names = new ArrayList<>();
    for (String name : files.keySet()) {
      if (!Arrays.equals(files.get(name), other.files.get(name))) {
        names.add(name);
      }
    }
    for (String name : other.files.keySet()) {
      if (!files.containsKey(name)) {
        names.add(name);
      }
    }
    names.remove(FileName.LOCK);
    return names;
  }

  /** The kind of file that a name belongs to. */
  public static String kind(String name) {
    if (FileName.journalNumber(name).isPresent()) {
      return "journal";
    }
    if (FileName.tableNumber(name).isPresent()) {
      return "table";
    }
    return FileName.manifestNumber(name).isPresent() ? "manifest" : name;
  }
}
