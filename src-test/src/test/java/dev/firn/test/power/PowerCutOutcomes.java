package dev.firn.test.power;

import dev.firn.core.file.MemoryFileSystem;
import dev.firn.core.file.PowerCut;
import dev.firn.test.power.Survey.Length;
import dev.firn.test.power.Survey.Page;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The outcomes of a power cut for changes that are not synced.
 *
 * <p>All of them where there are few. Otherwise: nothing, everything; each name change and each
 * page alone, and all but it; only what is later in a file or in the order of names; random parts;
 * pages as of earlier stores; pages torn between any two sectors.
 */
final class PowerCutOutcomes {

  /** Maximum number of unsynced name changes of which every subset is tried. */
  private static final int FEW_NAMES = 3;

  /** Maximum number of combinations of page versions that are all tried. */
  private static final int FEW_COMBINATIONS = 24;

  private static final double[] SHARES = {0.1, 0.5, 0.9};

  record Outcome(String name, boolean[] names, Map<Object, Object> kept) {

    /** The outcome for the file system. Each call makes a new one. */
    PowerCut toPowerCut() {
      return new Chosen(names, kept);
    }
  }

  private final MemoryFileSystem files;
  private final Random random;
  private final List<Outcome> outcomes = new ArrayList<>();

  private PowerCutOutcomes(MemoryFileSystem files, Random random) {
    this.files = files;
    this.random = random;
  }

  /** The outcomes for this disk; the first loses everything unsynced, the second nothing. */
  static List<Outcome> of(MemoryFileSystem files, Random random) {
    PowerCutOutcomes outcomes = new PowerCutOutcomes(files, random);
    outcomes.find();
    return outcomes.outcomes;
  }

  private void find() {
    int count = Survey.of(files, null).names();
    List<boolean[]> variants = nameVariants(count);
    for (int i = 0; i < variants.size(); i++) {
      boolean[] names = variants.get(i);
      Survey survey = Survey.of(files, names);
      // No name and all names with every choice of pages; the variants between with the extremes.
      pages(names, survey, i < 2 || count <= FEW_NAMES);
    }
  }

  private List<boolean[]> nameVariants(int count) {
    List<boolean[]> variants = new ArrayList<>();
    variants.add(new boolean[count]);
    boolean[] all = new boolean[count];
    Arrays.fill(all, true);
    variants.add(all);
    if (count <= FEW_NAMES) {
      for (int bits = 1; bits < (1 << count) - 1; bits++) {
        boolean[] some = new boolean[count];
        for (int i = 0; i < count; i++) {
          some[i] = (bits >> i & 1) != 0;
        }
        variants.add(some);
      }
      return variants;
    }
    for (int i = 0; i < count; i++) {
      boolean[] only = new boolean[count];
      only[i] = true;
      variants.add(only);
      boolean[] missing = all.clone();
      missing[i] = false;
      variants.add(missing);
      boolean[] later = all.clone();
      Arrays.fill(later, 0, i, false);
      variants.add(later);
      boolean[] some = new boolean[count];
      for (int j = 0; j < count; j++) {
        some[j] = random.nextBoolean();
      }
      variants.add(some);
    }
    return variants;
  }

  private void pages(boolean[] names, Survey survey, boolean thorough) {
    add("nothing else", names, Map.of());
    add("everything", names, newest(survey));
    List<Object> items = survey.items();
    if (combinations(survey) <= FEW_COMBINATIONS) {
      product(names, survey, new LinkedHashMap<>(), 0);
    } else if (thorough) {
      for (int i = 0; i < items.size(); i++) {
        Map<Object, Object> without = newest(survey);
        without.remove(items.get(i));
        add("all but " + items.get(i), names, without);
        add("only " + items.get(i), names, Map.of(items.get(i), survey.newest(items.get(i))));
        Map<Object, Object> later = newest(survey);
        items.subList(0, i).forEach(later::remove);
        add("from " + items.get(i), names, later);
      }
    }
    for (int i = 0; i < (thorough ? 6 : 2) && !items.isEmpty(); i++) {
      add("a random part", names, someOf(survey, SHARES[random.nextInt(SHARES.length)]));
    }
    torn(names, survey, thorough ? 2 : 1);
  }

  private static long combinations(Survey survey) {
    long combinations = 1;
    for (Object item : survey.items()) {
      combinations *= 1L + survey.choices(item);
      if (combinations > FEW_COMBINATIONS) {
        return combinations;
      }
    }
    return combinations;
  }

  private void product(boolean[] names, Survey survey, Map<Object, Object> chosen, int at) {
    if (at == survey.items().size()) {
      add("exactly " + chosen, names, new LinkedHashMap<>(chosen));
      return;
    }
    Object item = survey.items().get(at);
    product(names, survey, chosen, at + 1);
    for (int choice = 1; choice <= survey.choices(item); choice++) {
      chosen.put(item, survey.choice(item, choice));
      product(names, survey, chosen, at + 1);
    }
    chosen.remove(item);
  }

  private static Map<Object, Object> newest(Survey survey) {
    Map<Object, Object> newest = new LinkedHashMap<>();
    survey.items().forEach(item -> newest.put(item, survey.newest(item)));
    return newest;
  }

  private Map<Object, Object> someOf(Survey survey, double share) {
    Map<Object, Object> some = new LinkedHashMap<>();
    for (Object item : survey.items()) {
      if (random.nextDouble() < share) {
        some.put(item, survey.random(item, random));
      }
    }
    return some;
  }

  /** Pages in transit to the device, each torn at one place, the others at their newest version. */
  private void torn(boolean[] names, Survey survey, int pages) {
    List<Page> dirty = new ArrayList<>(survey.pages());
    Collections.shuffle(dirty, random);
    for (Page page : dirty.subList(0, Math.min(pages, dirty.size()))) {
      for (int sector = 1; sector < Survey.SECTORS; sector++) {
        int[] front = new int[Survey.SECTORS];
        Arrays.fill(front, 0, sector, page.newest());
        int[] back = new int[Survey.SECTORS];
        Arrays.fill(back, sector, Survey.SECTORS, page.newest());
        for (int[] versions : List.of(front, back)) {
          Map<Object, Object> kept = newest(survey);
          kept.put(page, versions);
          add("torn at sector " + sector + ": " + page, names, kept);
        }
      }
    }
  }

  private void add(String what, boolean[] names, Map<Object, Object> kept) {
    StringBuilder name = new StringBuilder("names ");
    for (boolean is : names) {
      name.append(is ? '1' : '0');
    }
    outcomes.add(new Outcome(name + ", " + what, names, kept));
  }

  /** The choices of an {@link Outcome}; everything else is as it was synced. */
  private static final class Chosen implements PowerCut {

    private final boolean[] names;
    private final Map<Object, Object> kept;
    private int nextName;

    Chosen(boolean[] names, Map<Object, Object> kept) {
      this.names = names;
      this.kept = kept;
    }

    @Override
    public boolean keepsName(java.nio.file.Path file) {
      return names[nextName++];
    }

    @Override
    public long length(java.nio.file.Path file, long synced, long newest) {
      return kept.get(new Length(file, synced, newest)) instanceof Long length ? length : synced;
    }

    @Override
    public void versions(java.nio.file.Path file, long page, int newest, int[] versions) {
      Object choice = kept.get(new Page(file, page, newest));
      if (choice instanceof int[] torn) {
        System.arraycopy(torn, 0, versions, 0, versions.length);
      } else {
        Arrays.fill(versions, choice instanceof Integer version ? version : 0);
      }
    }
  }
}
