package dev.firn.cli.demo;

import dev.firn.Cursor;
import dev.firn.Durability;
import dev.firn.KeyRange;
import dev.firn.Store;
import dev.firn.StoreStats;
import dev.firn.Tree;
import dev.firn.WriteBatch;
import dev.firn.cli.console.Console;
import dev.firn.cli.console.ExitCode;
import dev.firn.cli.console.Failure;
import dev.firn.cli.console.ProgressLine;
import dev.firn.cli.console.Quantity;
import dev.firn.cli.load.LineInput;
import dev.firn.cli.load.LoadReport;
import dev.firn.cli.load.LoadSettings;
import dev.firn.cli.load.Loader;
import dev.firn.cli.load.OnError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** The first half: the world's cities are loaded, indexed, read and checked. */
final class CityTour {

  private static final int BATCH = 1000;
  private static final int SAMPLES = 3;

  private final Console console;
  private final DemoSettings settings;
  private final Store store;
  private final Story story;
  private final Tree cities;
  private final Tree byLatitude;
  private final List<byte[]> keys = new ArrayList<>();

  CityTour(Console console, DemoSettings settings, Store store, Story story) {
    this.console = console;
    this.settings = settings;
    this.store = store;
    this.story = story;
    this.cities = store.tree("cities");
    this.byLatitude = store.tree("by-latitude");
  }

  void run() throws IOException {
    load();
    index();
    scans();
    gets();
    checkAll();
  }

  private void load() throws IOException {
    story.chapter("Load " + settings.cities() + ", keyed by country, region and name");
    LoadReport report;
    try (LineInput input = LineInput.open(settings.cities());
        ProgressLine progress = ProgressLine.ofBytes(console, "load")) {
      input.as(LineInput.Format.NDJSON, CityKey.SHAPE);
      Loader loader =
          Loader.of(
              store,
              input,
              new LoadSettings(cities.name(), BATCH, Durability.BUFFERED, OnError.STOP),
              (line, reason) -> console.err().println(input.name() + ":" + line + ": " + reason),
              entries -> progress.update(input.consumedBytes(), input.totalBytes()));
      loader.run();
      report = loader.report();
    }
    require(report.badLines() == 0, "the file of cities has a bad line");
    story.fact(
        "cities: unpacked, parsed, written",
        times(report.entries(), report.nanos())
            + ", "
            + Quantity.bytes(Math.round(Quantity.perSecond(report.bytes(), report.nanos())))
            + "/s");
  }

  /** Reads one tree with a cursor while it fills another. */
  private void index() {
    long began = System.nanoTime();
    WriteBatch batch = new WriteBatch();
    try (Cursor cursor = cities.cursor()) {
      for (boolean more = cursor.first(); more; more = cursor.next()) {
        byte[] key = cursor.keyBytes();
        keys.add(key);
        batch.put(byLatitude, CityKey.byLatitude(key), new byte[0]);
        if (batch.count() == BATCH) {
          store.write(batch);
          batch.clear();
        }
      }
    }
    store.write(batch);
    story.fact("an index by latitude, made from a scan", times(keys.size(), since(began)));
  }

  private void scans() {
    story.chapter("Scan");
    byte[] middle = keys.get(keys.size() / 2);
    prefix("CH/");
    prefix("CH/Zurich/");
    range("J", "L", middle);
    reverse();
    northernmost();
    countries();
  }

  private void prefix(String prefix) {
    Scan scan = Scan.forward(cities, KeyRange.prefix(utf8(prefix)), SAMPLES);
    story.fact("prefix " + prefix, scan.figures());
    scan.samples().forEach(key -> story.sample(CityKey.place(key)));
  }

  private void range(String from, String to, byte[] middle) {
    Scan scan = Scan.forward(cities, KeyRange.closedOpen(utf8(from), utf8(to)), 0);
    story.fact("range from " + from + " to " + to + " (exclusive)", scan.figures());
    Scan half = Scan.forward(cities, KeyRange.atLeast(middle), 0);
    story.fact("range from " + CityKey.place(middle) + " on", half.figures());
    require(
        half.entries() == keys.size() - keys.size() / 2L,
        "the upper half of the keys is not half of the keys");
  }

  private void reverse() {
    Scan scan = Scan.backward(cities, KeyRange.all(), SAMPLES, SAMPLES);
    story.fact("the last " + SAMPLES + ", backwards", scan.figures());
    scan.samples().forEach(key -> story.sample(CityKey.place(key)));
  }

  private void northernmost() {
    Scan scan = Scan.backward(byLatitude, KeyRange.all(), SAMPLES, SAMPLES);
    story.fact("the northernmost " + SAMPLES + ", from the index", scan.figures());
    scan.samples().forEach(key -> story.sample(CityKey.placeByLatitude(key)));
  }

  /** Seeks once for each country, whatever its number of cities. */
  private void countries() {
    long began = System.nanoTime();
    long countries = 0;
    try (Cursor cursor = cities.cursor()) {
      boolean more = cursor.first();
      while (more) {
        countries++;
        byte[] key = cursor.keyBytes();
        byte[] next = Arrays.copyOf(key, 3);
        next[2]++; // after the separator
        more = cursor.seek(next);
      }
    }
    story.fact(
        "countries, by a seek for each",
        Quantity.count(countries) + " in " + Quantity.nanos(since(began)));
  }

  private void gets() {
    story.chapter("Get");
    SplittableRandom random = new SplittableRandom(1);
    byte[] target = new byte[1 << 12];
    for (int round = 1; round <= 2; round++) { // the first one warms the JVM up
      long began = System.nanoTime();
      for (int i = 0; i < settings.gets(); i++) {
        byte[] key = keys.get(random.nextInt(keys.size()));
        require(cities.get(key, target) > 0, "a city is missing");
      }
      String what = round == 1 ? "random gets, cold" : "and again, warm";
      story.fact(what, times(settings.gets(), since(began)));
    }
  }

  private void checkAll() {
    story.chapter("Check");
    Scan all = Scan.forward(cities, KeyRange.all(), 0);
    story.fact("all cities, in the order of their keys", all.figures());
    require(all.entries() == keys.size(), "the number of cities changed");
    Scan index = Scan.forward(byLatitude, KeyRange.all(), 0);
    require(index.entries() == keys.size(), "the index has not one entry for each city");
    flush();
    long began = System.nanoTime();
    require(store.verify().isIntact(), "the store is damaged");
    story.fact(
        "verify: every byte against its checksum", "intact, " + Quantity.nanos(since(began)));
  }

  private void flush() {
    long began = System.nanoTime();
    store.flush();
    StoreStats stats = store.stats();
    story.fact("flushed from memory to sorted tables", "in " + Quantity.nanos(since(began)));
    story.fact(
        "on disk",
        Quantity.bytes(stats.tables().bytes())
            + " of tables, "
            + Quantity.bytes(stats.journal().fileBytes())
            + " of journal (made ahead)");
  }

  static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new Failure(ExitCode.FAILED, "demo: " + otherwise);
    }
  }

  static String times(long count, long nanos) {
    return Quantity.count(count)
        + " in "
        + Quantity.nanos(nanos)
        + ": "
        + Quantity.rate(count, nanos)
        + "/s";
  }

  private static long since(long began) {
    return System.nanoTime() - began;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
