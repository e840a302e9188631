package quiet_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"earshot/survey/quiet"
)

// published is a row of the measurements that the choice of the model rests on: customers with at least three active
// days on public data, everything up to the cut-off known (the last three years for oss_git), silence in the horizon.
type published struct {
	set, cutOff          string
	horizon              int
	n                    int
	base                 float64
	auc, brier, ece, top float64
	params               quiet.Params // as fitted by TestPublishedFigures with everything fitted; see fitAll
}

// fitAll is the variable that makes TestPublishedFigures fit every row instead of using the parameters noted here.
// It takes minutes and prints them.
const fitAll = "EARSHOT_QUIET_FIT_ALL"

func rhythm(r, alpha, a, b, m, sd, eps, rho, delta, mr, malpha, ma, mb float64) quiet.Params {
	return quiet.Params{R: r, Alpha: alpha, A: a, B: b, M: m, SD: sd, Eps: eps, Rho: rho, Delta: delta,
		MBG: quiet.MBG{R: mr, Alpha: malpha, A: ma, B: mb}}
}

// fitted is the mark of rows that are fitted on every run.
func fitted() quiet.Params { return quiet.Params{} }

func publishedFigures() []published {
	return []published{
		{"cdnow_full", "1997-06-30", 91, 3668, .52, .689, .224, .038, .74, fitted()},
		{"cdnow_full", "1997-09-30", 273, 5009, .34, .710, .209, .102, .66, fitted()},
		{"cdnow_full", "1997-09-30", 91, 5009, .55, .711, .216, .051, .84, fitted()},
		{"cdnow_full", "1997-12-30", 91, 6140, .59, .703, .212, .035, .83, fitted()},
		{"cdnow_sample", "1997-09-30", 273, 507, .34, .705, .212, .104, .69, fitted()},
		{"email_eu", "2004-08-01", 60, 667, .10, .927, .055, .014, .64, fitted()},
		{"email_eu", "2004-10-30", 60, 687, .14, .925, .074, .037, .74, fitted()},
		{"email_eu", "2004-12-31", 60, 720, .12, .929, .060, .016, .72, fitted()},
		{"grocery", "2006-12-31", 364, 713, .39, .873, .141, .047, .89, fitted()},
		{"grocery", "2006-12-31", 91, 713, .48, .885, .136, .034, .97, fitted()},
		{"grocery", "2007-04-01", 91, 738, .56, .883, .140, .051, .95, fitted()},
		{"grocery", "2007-07-01", 91, 758, .62, .901, .124, .055, .99, fitted()},
		{"grocery", "2007-09-30", 91, 768, .64, .910, .114, .040, .99, fitted()},
		{"oss_git", "2012-01-01", 182, 182, .70, .890, .116, .070, .94, fitted()},
		{"oss_git", "2016-01-01", 182, 142, .64, .891, .114, .070, .86, fitted()},
		{"oss_git", "2020-01-01", 182, 131, .58, .871, .146, .059, 1.00, fitted()},
		{"oss_git", "2024-01-01", 182, 118, .57, .870, .146, .063, 1.00, fitted()},
	}
}

// threeYears is the window in which contributors of an open-source project are looked at, in days.
const threeYears = 1096

func TestPublishedFigures(t *testing.T) {
	t.Parallel()
	for _, row := range publishedFigures() {
		t.Run(row.set+" "+row.cutOff+fmt.Sprintf(" %dd", row.horizon), func(t *testing.T) {
			t.Parallel()
			at, err := time.Parse(time.DateOnly, row.cutOff)
			if err != nil {
				t.Fatalf("cut-off: %v", err)
			}
			opts := quiet.Options{Rand: random(1), CutOffs: []quiet.Day{quiet.DayOf(at)}, Horizon: row.horizon}
			if row.set == "oss_git" {
				opts.Window = threeYears
			}
			if row.params != fitted() && os.Getenv(fitAll) == "" {
				opts.Params = &row.params
			}
			report, err := quiet.Backtest(context.Background(), quiet.ReadEvents(testdata(t, row.set)), opts)
			if err != nil {
				t.Fatalf("Backtest: %v", err)
			}
			compare(t, row, report.Cuts[0])
		})
	}
}

// compare holds a cut-off against the published row to two digits. What depends on ranks moves in steps of a customer.
func compare(t *testing.T, row published, cut quiet.Cut) {
	t.Helper()
	if os.Getenv(fitAll) != "" {
		p := cut.Fit.Params
		t.Logf("%s %s %d: rhythm(%.4g, %.4g, %.4g, %.4g, %.4g, %.4g, %.4g, %.4g, %.4g, %.4g, %.4g, %.4g, %.4g)", row.set, row.cutOff, row.horizon,
			p.R, p.Alpha, p.A, p.B, p.M, p.SD, p.Eps, p.Rho, p.Delta, p.MBG.R, p.MBG.Alpha, p.MBG.A, p.MBG.B)
	}
	got := cut.Detectors[0]
	t.Logf("AUC %.3f (%.3f)  Brier %.3f (%.3f)  ECE %.3f (%.3f)  top 10 %% %.3f (%.2f)", got.AUC, row.auc, got.Brier, row.brier, got.ECE, row.ece, got.Top, row.top)
	if got.Name != quiet.DetectorRhythm {
		t.Fatalf("first detector: got %s, want %s", got.Name, quiet.DetectorRhythm)
	}
	if cut.N != row.n {
		t.Errorf("customers: got %d, want %d", cut.N, row.n)
	}
	customer := 10 / float64(row.n) // of the highest tenth
	near(t, "base rate", cut.Base, row.base, 0.005)
	near(t, "AUC", got.AUC, row.auc, 0.0065)
	near(t, "Brier", got.Brier, row.brier, 0.0055)
	near(t, "ECE", got.ECE, row.ece, 0.0065+0.1*customer)
	near(t, "precision at top 10 %", got.Top, row.top, 0.0055+1.1*customer)
}

// testdata opens a public event log, or skips loudly: the logs are not part of the product.
func testdata(t *testing.T, set string) *os.File {
	t.Helper()
	dir := os.Getenv("EARSHOT_TESTDATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(dir, set+".csv"))
	if err != nil {
		t.Skipf("SKIPPED, THE PUBLISHED FIGURES WERE NOT CHECKED: set EARSHOT_TESTDATA to the folder of %s.csv (%v)", set, err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return f
}

// TestRulesAndRecency checks the plain detectors, which have no parameters, against the published figures.
func TestRulesAndRecency(t *testing.T) {
	t.Parallel()
	rows := []struct {
		set, cutOff                 string
		horizon                     int
		ruleAUC, ruleBrier, ruleTop float64
		recencyAUC, recencyTop      float64
	}{
		{"cdnow_full", "1997-06-30", 91, .619, .379, .62, .657, .74},
		{"email_eu", "2004-10-30", 60, .795, .118, .57, .908, .68},
		{"grocery", "2006-12-31", 91, .736, .269, .66, .868, .97},
		{"oss_git", "2020-01-01", 182, .676, .282, .69, .846, .92},
	}
	for _, row := range rows {
		t.Run(row.set, func(t *testing.T) {
			t.Parallel()
			at, err := time.Parse(time.DateOnly, row.cutOff)
			if err != nil {
				t.Fatalf("cut-off: %v", err)
			}
			p := quiet.Defaults()
			opts := quiet.Options{Rand: random(1), CutOffs: []quiet.Day{quiet.DayOf(at)}, Horizon: row.horizon, Params: &p}
			if row.set == "oss_git" {
				opts.Window = threeYears
			}
			report, err := quiet.Backtest(context.Background(), quiet.ReadEvents(testdata(t, row.set)), opts)
			if err != nil {
				t.Fatalf("Backtest: %v", err)
			}
			for _, d := range report.Cuts[0].Detectors {
				switch d.Name {
				case quiet.DetectorRecency:
					near(t, "AUC of recency", d.AUC, row.recencyAUC, 0.0005)
					near(t, "top 10 % of recency", d.Top, row.recencyTop, 0.0055)
				case "rule 30 days":
					near(t, "AUC of 30 days", d.AUC, row.ruleAUC, 0.0005)
					near(t, "Brier of 30 days", d.Brier, row.ruleBrier, 0.0005)
					near(t, "top 10 % of 30 days", d.Top, row.ruleTop, 0.0055)
				}
			}
		})
	}
}

// TestCompressionOnRecordedCustomers holds the fast scores against the exact ones on the grocery log.
func TestCompressionOnRecordedCustomers(t *testing.T) {
	t.Parallel()
	histories, err := quiet.Collect(quiet.ReadEvents(testdata(t, "grocery")))
	if err != nil {
		t.Fatalf("Collect: %v", err)
	}
	m := model(t, groceryFit())
	now := quiet.DayOf(time.Date(2007, 12, 31, 0, 0, 0, 0, time.UTC))
	worstAlarm, worstNone := 0.0, 0.0
	for _, h := range histories {
		s := m.Replay(h.Days)
		worstAlarm = max(worstAlarm, math.Abs(m.FastAlarm(&s, now)-m.Alarm(s, now)))
		worstNone = max(worstNone, math.Abs(m.FastNoEvent(&s, now, 91)-m.NoEvent(s, now, 91)))
	}
	if worstAlarm > 0.026 || worstNone > 0.017 {
		t.Errorf("largest errors: alarm score %.4f, P0 %.4f; want at most 0.026 and 0.017", worstAlarm, worstNone)
	}
}
