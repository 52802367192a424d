package dev.firn.engine;

import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.error.StorageException;
import dev.firn.version.Shape;
import java.nio.file.Path;

/**
 * What an engine holds and has done: sizes in bytes, durations in nanoseconds. The shape and what
 * is in memory are of one moment; the counters are read when they are asked for.
 */
public final class EngineStats {

  private final EngineParts parts;
  private final Shape shape;
  private final int trees;
  private final long memTableEntries;
  private final int frozenGenerations;

  EngineStats(EngineParts parts) {
    this.parts = parts;
    ReadView view = parts.views.acquire();
    try {
      long entries = 0;
      for (Generation generation : view.generations()) {
        entries += generation.memTable().entries();
      }
      this.memTableEntries = entries;
      this.frozenGenerations = view.frozen();
      this.shape = view.version().shape();
      this.trees = view.version().trees().names().size();
    } finally {
      parts.views.release(view);
    }
  }

  /** Which tables there are. */
  public Shape shape() {
    return shape;
  }

  /** How many trees there are. */
  public int trees() {
    return trees;
  }

  /** How many entries are in memory. */
  public long memTableEntries() {
    return memTableEntries;
  }

  /** How much memory the memtables hold, spare ones included. */
  public long memTableBytes() {
    return parts.arenas.memoryBytes();
  }

  /** How many generations wait to be flushed. */
  public int frozenGenerations() {
    return frozenGenerations;
  }

  /** The newest visible sequence. */
  public long lastSequence() {
    return parts.visible.get();
  }

  /** How many snapshots are open. */
  public int openSnapshots() {
    return parts.snapshots.count();
  }

  /** How much decompressed blocks take. */
  public long blockCacheBytes() {
    return parts.cache.usedBytes();
  }

  /** Keys and values committed. */
  public long userBytesWritten() {
    return parts.visible.userBytes();
  }

  /** Journal records committed. */
  public long journalBytesWritten() {
    return parts.visible.journalBytes();
  }

  /** How many generations were flushed. */
  public long flushes() {
    return parts.flusher.flushes();
  }

  /** Tables that flushes wrote. */
  public long flushBytesWritten() {
    return parts.flusher.bytesWritten();
  }

  /** How many merges ran. */
  public long merges() {
    return parts.tables.merges();
  }

  /** Tables that merges read. */
  public long mergeBytesRead() {
    return parts.tables.mergeBytesRead();
  }

  /** Tables that merges wrote. */
  public long mergeBytesWritten() {
    return parts.tables.mergeBytesWritten();
  }

  /** How often the journal was put on the device. */
  public long syncs() {
    return parts.syncer.syncs();
  }

  /** How often writers waited for a flush. */
  public long stalls() {
    return parts.rotation.stalls();
  }

  /** How long they waited. */
  public long stallNanos() {
    return parts.rotation.stalledNanos();
  }

  /** How long writers were slowed down. */
  public long slowdownNanos() {
    return parts.throttle.sleptNanos();
  }

  /** How much the journal's files take, spare ones included. */
  public long journalFileBytes() {
    long bytes = 0;
    for (String name : parts.files.list(parts.directory)) {
      if (FileName.journalNumber(name).isPresent()) {
        bytes += sizeOrZero(parts.files, parts.directory.resolve(name));
      }
    }
    return bytes;
  }

  /** A spare segment may be deleted at this moment. */
  private static long sizeOrZero(FileSystem files, Path file) {
    try {
      return files.size(file);
    } catch (StorageException e) {
      return 0;
    }
  }
}
