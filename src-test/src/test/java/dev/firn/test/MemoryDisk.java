package dev.firn.test;

import dev.firn.Store;
import dev.firn.StoreAccess;
import dev.firn.StoreOptions;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.core.file.OpenFile;
import java.nio.file.Path;
import java.util.List;

/** A store in a {@link MemoryFileSystem}. */
public final class MemoryDisk implements Disk {

  /** The store's folder in every memory disk. */
  public static final Path DIRECTORY = Path.of("/store");

  private final MemoryFileSystem files;
  private final FileSystem view;

  public MemoryDisk() {
    this(new MemoryFileSystem());
  }

  public MemoryDisk(MemoryFileSystem files) {
    this(files, files);
  }

  /**
   * @param view the file system that the store is given instead
   */
  public MemoryDisk(MemoryFileSystem files, FileSystem view) {
    this.files = files;
    this.view = view;
  }

  public MemoryFileSystem files() {
    return files;
  }

  @Override
  public Store open(StoreOptions options) {
    return StoreAccess.open(DIRECTORY, options, view);
  }

  @Override
  public boolean canCrash() {
    return true;
  }

  @Override
  public Disk afterKill() {
    return new MemoryDisk(files.processKillClone());
  }

  @Override
  public Disk afterPowerCut(long seed) {
    return new MemoryDisk(files.crashClone(seed));
  }

  @Override
  public void assertNothingOpen() {
    List<OpenFile> open = files.openFiles();
    if (!open.isEmpty()) {
      AssertionError leak = new AssertionError("files left open: " + open);
      open.forEach(file -> leak.addSuppressed(file.origin()));
      throw leak;
    }
  }

  @Override
  public void close() {}
}
