// Package report tells what happened in a run, from the run's folder alone: as a summary for the terminal, as one HTML
// page that needs no network, as lines of JSON, and as pictures. Several runs are compared.
//
// [Read] reads a folder into a [Run]; nothing is written into it. The rest are views of Runs:
//
//	run, err := report.Read("runs/mnist-seed1-1")
//	err = report.WriteText(os.Stdout, []*report.Run{run}, report.TextOptions{})
//	err = report.SavePage("report.html", []*report.Run{run})
//
// # Folders that are not whole
//
// A run that still goes on, was interrupted or killed is read as far as it got, and said to be unfinished; a last line
// that was cut while it was written is left out. A run without statistics has none of the figures that need them, and each
// says so. A run.json that is missing or damaged, and a line of events.jsonl that no run writes, are errors that name the
// file and what is wrong. Where anything else in the folder cannot be read, the report is made without it and says why
// ([Run.Problems]).
//
// # Units
//
// Steps and epochs count from 1, accuracies are fractions in Runs and JSON and per cent where people read them, times are
// seconds. Numbers that are not finite are marked in figures, not left out.
//
// # Safety
//
// A folder may come from somebody else. The page shows its texts as texts: they are escaped, and the page's own policy
// (Content-Security-Policy) runs no script but the one that Lumen wrote and lets nothing be fetched. The terminal gets no
// control characters from it.
package report
