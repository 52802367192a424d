package dev.firn.test.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The long tier adds up its runs, shares its time, and keeps its findings. */
final class TortureTest {

  private static final Duration SHORT = Duration.ofMillis(300);
  private static final long SLICE_MILLIS = 5;

  @TempDir private Path folder;

  /** The clock that slices advance. */
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000);

  /** Counts its slices; some of them fail. */
  private final class Fake implements Campaign {

    private final String name;
    private final long slices;
    private final List<Long> done = new ArrayList<>();
    private final long millis;
    private boolean fails;

    Fake(String name, long slices) {
      this(name, slices, SLICE_MILLIS);
    }

    Fake(String name, long slices, long millis) {
      this.name = name;
      this.slices = slices;
      this.millis = millis;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String description() {
      return "nothing";
    }

    @Override
    public List<String> counters() {
      return List.of("things done");
    }

    @Override
    public long slices() {
      return slices;
    }

    @Override
    public void run(Slice slice) {
      done.add(slice.number());
      nanos.addAndGet(Duration.ofMillis(millis).toNanos());
      slice.count("things done", 10);
      if (fails && slice.number() == 2) {
        throw new AssertionError("two is wrong");
      }
    }
  }

  private Torture torture(List<Campaign> campaigns) throws IOException {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    return new Torture(
        folder, campaigns, new CampaignProgress(nowhere, campaigns, false), nanos::get);
  }

  @Test
  void run_goesOnWhereTheLastOneEnded() throws IOException {
    Fake first = new Fake("fake", Long.MAX_VALUE);
    torture(List.of(first)).run(SHORT);
    Fake second = new Fake("fake", Long.MAX_VALUE);
    Torture again = torture(List.of(second));
    again.run(SHORT);
    assertEquals(first.done.getLast() + 1, second.done.getFirst());
    assertEquals(second.done.size() * 10L, again.share(second).count("things done"));
    assertEquals(second.done.getLast() * 10, again.ledger().count("fake", "things done"));
  }

  @Test
  void run_sharesTheTime() throws IOException {
    Fake quick = new Fake("quick", Long.MAX_VALUE, 10);
    Fake slow = new Fake("slow", Long.MAX_VALUE, 50);
    torture(List.of(quick, slow)).run(SHORT);
    assertEquals(15, quick.done.size());
    assertEquals(3, slow.done.size());
  }

  @Test
  void run_noTime_eachCampaignDoesASlice() throws IOException {
    Fake one = new Fake("one", Long.MAX_VALUE);
    Fake other = new Fake("other", Long.MAX_VALUE);
    torture(List.of(one, other)).run(Duration.ZERO);
    assertEquals(List.of(1L), one.done);
    assertEquals(List.of(1L), other.done);
  }

  @Test
  void run_allSlicesDone_ends() throws IOException {
    Fake finite = new Fake("finite", 3);
    Torture torture = torture(List.of(finite));
    torture.run(Duration.ofDays(1));
    assertEquals(List.of(1L, 2L, 3L), finite.done);
    assertTrue(torture.isComplete(finite));
  }

  @Test
  void finding_staysOpenUntilItsSlicePasses() throws IOException {
    Fake fake = new Fake("fake", 3);
    fake.fails = true;
    torture(List.of(fake)).run(Duration.ofDays(1));

    Torture later = torture(List.of(fake));
    Findings.Finding finding = later.findings().open().getFirst();
    assertEquals("fake", finding.campaign());
    assertEquals(2, finding.slice());
    assertTrue(finding.headline().contains("two is wrong"), finding.headline());
    String summary = new Summary(later, List.of(fake), Map.of()).text();
    assertTrue(summary.contains("findings open: 1"), summary);
    assertTrue(summary.contains("dev/torture --campaign fake --slice 2"), summary);

    assertFalse(later.replay(fake, 2));
    assertEquals(1, later.findings().open().size());
    fake.fails = false;
    assertTrue(later.replay(fake, 2));
    assertEquals(List.of(), later.findings().open());
  }

  @Test
  void campaigns_areListedAndDescribed() {
    List<String> names = new ArrayList<>();
    for (Campaign campaign : ServiceLoader.load(Campaign.class)) {
      assertFalse(campaign.description().isBlank());
      assertFalse(campaign.counters().isEmpty());
      assertTrue(campaign.name().matches("[a-z0-9-]{1,14}"), campaign.name());
      names.add(campaign.name());
    }
    assertTrue(names.contains("model"), () -> "" + names);
    assertEquals(names.stream().distinct().toList(), names);
  }
}
