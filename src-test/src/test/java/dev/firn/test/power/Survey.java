package dev.firn.test.power;

import dev.firn.core.file.MemoryFileSystem;
import dev.firn.core.file.PowerCut;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The unsynced changes on a disk: name changes, pages, lengths. It answers the questions of a crash
 * clone and notes them.
 */
final class Survey implements PowerCut {

  static final int SECTORS = PAGE_BYTES / SECTOR_BYTES;

  /** A page that was stored into {@code newest} times after its last sync. */
  record Page(Path file, long page, int newest) {
    @Override
    public String toString() {
      return file.getFileName() + " page " + page + " of " + newest + " stores";
    }
  }

  record Length(Path file, long synced, long newest) {
    @Override
    public String toString() {
      return "length of " + file.getFileName() + ", " + synced + " to " + newest;
    }
  }

  private final boolean @Nullable [] kept;
  private final List<Object> items = new ArrayList<>();
  private int names;

  private Survey(boolean @Nullable [] kept) {
    this.kept = kept;
  }

  /**
   * Surveys a disk.
   *
   * @param names the name changes that are kept; null = all
   */
  static Survey of(MemoryFileSystem files, boolean @Nullable [] names) {
    Survey survey = new Survey(names);
    files.crashClone(survey);
    return survey;
  }

  int names() {
    return names;
  }

  /** The pages and lengths, file by file. */
  List<Object> items() {
    return items;
  }

  List<Page> pages() {
    return items.stream().filter(Page.class::isInstance).map(Page.class::cast).toList();
  }

  /** Number of choices for an item beside its synced version. */
  int choices(Object item) {
    return switch (item) {
      case Page page -> page.newest;
      case Length length -> length.newest == length.synced ? 0 : 2;
      default -> throw new IllegalArgumentException("item=" + item);
    };
  }

  /** One of the choices, from 1. */
  Object choice(Object item, int number) {
    return switch (item) {
      case Page page -> number;
      case Length length ->
          number == 1 ? length.newest : length.synced + (length.newest - length.synced) / 2;
      default -> throw new IllegalArgumentException("item=" + item);
    };
  }

  Object newest(Object item) {
    return item instanceof Page page ? (Object) page.newest : choice(item, 1);
  }

  /** Any of the choices, the newest more often. */
  Object random(Object item, Random random) {
    return random.nextBoolean() ? newest(item) : choice(item, 1 + random.nextInt(choices(item)));
  }

  @Override
  public boolean keepsName(Path file) {
    int name = names++;
    return kept == null || kept[name];
  }

  @Override
  public long length(Path file, long synced, long newest) {
    items.add(new Length(file, synced, newest));
    return newest;
  }

  @Override
  public void versions(Path file, long page, int newest, int[] versions) {
    items.add(new Page(file, page, newest));
    Arrays.fill(versions, newest);
  }
}
