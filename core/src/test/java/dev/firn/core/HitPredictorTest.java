package dev.firn.core;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HitPredictorTest {

  @Test
  void prediction_followsTheOutcomes() {
    HitPredictor predictor = new HitPredictor();
    assertTrue(predictor.isHitLikely());
    assertFalse(predictor.isHitCertain());
    for (int i = 0; i < 100; i++) {
      predictor.record(true);
    }
    assertTrue(predictor.isHitCertain());
    predictor.record(false);
    assertTrue(predictor.isHitLikely());
    assertFalse(predictor.isHitCertain());
    predictor.record(false);
    assertFalse(predictor.isHitLikely());
  }
}
