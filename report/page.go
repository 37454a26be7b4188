package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/lumen-ml/lumen/internal/atomicfile"
)

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

//go:embed page.js
var pageJS string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"short": short, "place": place,
}).Parse(pageHTML))

// SavePage writes the page of one or several runs to a file.
func SavePage(path string, runs []*Run) error {
	return atomicfile.WriteFile(path, func(w io.Writer) error { return WritePage(w, runs) })
}

// WritePage writes one HTML file that needs nothing else: of one run with everything, of several with their curves over each
// other and what differs first.
func WritePage(w io.Writer, runs []*Run) error {
	hash := sha256.Sum256([]byte(pageJS))
	p := page{Runs: runs, Style: template.CSS(pageCSS), Script: template.JS(pageJS),
		// Nothing is fetched, and no script runs but the page's own.
		Policy: template.HTML(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-` +
			base64.StdEncoding.EncodeToString(hash[:]) + `'; base-uri 'none'; form-action 'none'">`)}
	if len(runs) == 1 {
		p.one(runs[0])
	} else {
		p.several(runs)
	}
	var b strings.Builder
	if err := pageTemplate.Execute(&b, p); err != nil {
		return err
	}
	_, err := io.WriteString(w, strings.Map(harmless, b.String()))
	return err
}

// page is what the template shows.
type page struct {
	Title, How string
	State      State
	Runs       []*Run
	Style      template.CSS
	Script     template.JS
	Policy     template.HTML
	Tiles      []tile
	Problems   []string
	Sections   []section
}

// tile is a number that is looked for first.
type tile struct{ Name, Value, Note string }

type section struct {
	ID, Title string
	Body      template.HTML
}

func (p *page) add(id, title string, write func(b *strings.Builder)) {
	var b strings.Builder
	write(&b)
	p.Sections = append(p.Sections, section{id, title, template.HTML(b.String())})
}

// partOf writes one of the template's parts, which escapes what it is given.
func partOf(b *strings.Builder, name string, data any) {
	if err := pageTemplate.ExecuteTemplate(b, name, data); err != nil {
		panic(err) // the template and the data are this package's
	}
}

// figuresOf writes figures in a grid.
func figuresOf(b *strings.Builder, charts ...*chart) {
	b.WriteString(`<div class="grid2">`)
	for _, c := range charts {
		c.write(b)
	}
	b.WriteString("</div>")
}

func (p *page) one(r *Run) {
	p.Title, p.How, p.State, p.Problems = r.Name, r.How(), r.State(), r.Problems
	p.Tiles = r.tiles()
	p.add("findings", "Findings", func(b *strings.Builder) { partOf(b, "findings", r.findingRows()) })
	p.add("learning", "Learning", func(b *strings.Builder) {
		runs := []*Run{r}
		figuresOf(b, lossFigure(runs, false), lossFigure(runs, true), accuracyFigure(runs), rateFigure(runs))
	})
	p.add("gradients", "Gradients", func(b *strings.Builder) {
		b.WriteString(`<div class="grid2">`)
		r.writeFlow(b, "")
		r.byLayer("").write(b)
		r.writeRatios(b, "")
		r.deadFigure("").write(b)
		b.WriteString("</div>")
	})
	p.add("histograms", "Histograms", func(b *strings.Builder) { r.writeHistograms(b, "") })
	p.add("confusion", "Confusion", func(b *strings.Builder) {
		if r.Confusion == nil {
			b.WriteString(`<p class="none">There is no confusion matrix: it is written at the end of a run that has test examples in classes.</p>`)
			return
		}
		r.Confusion.write(b)
	})
	p.add("filters", "Filters", func(b *strings.Builder) {
		if r.Filters == nil {
			b.WriteString(`<p class="none">The first layer's weights cannot be seen as pictures, or the folder has no weights.</p>`)
			return
		}
		r.Filters.write(b)
	})
	p.add("network", "Network", r.writeNetwork)
	p.add("epochs", "Epochs", func(b *strings.Builder) { partOf(b, "epochs", r.epochRows()) })
	p.add("options", "Options", func(b *strings.Builder) { partOf(b, "options", r.settings()) })
	p.add("environment", "Environment", func(b *strings.Builder) { partOf(b, "options", r.environment()) })
	p.add("repeat", "Again", func(b *strings.Builder) { partOf(b, "repeat", r.Command) })
}

func (p *page) several(runs []*Run) {
	p.Title = fmt.Sprintf("%d runs", len(runs))
	for _, r := range runs {
		for _, problem := range r.Problems {
			p.Problems = append(p.Problems, r.Name+": "+problem)
		}
	}
	p.add("differences", "What differs", func(b *strings.Builder) {
		partOf(b, "differences", map[string]any{"Runs": runs, "Rows": Differences(runs)})
	})
	p.add("results", "Results", func(b *strings.Builder) {
		var rows []Difference
		for _, row := range results(runs) {
			rows = append(rows, Difference{row.name, row.values})
		}
		partOf(b, "differences", map[string]any{"Runs": runs, "Rows": rows})
	})
	p.add("learning", "Learning", func(b *strings.Builder) {
		figuresOf(b, lossFigure(runs, false), lossFigure(runs, true), accuracyFigure(runs), rateFigure(runs))
	})
	p.add("gradients", "Gradients", func(b *strings.Builder) {
		for i, r := range runs {
			prefix := fmt.Sprintf("run%d-", i+1)
			fmt.Fprintf(b, `<h3>%s</h3><div class="grid2">`, esc(r.Name))
			r.writeFlow(b, prefix)
			r.byLayer(prefix).write(b)
			r.writeRatios(b, prefix)
			r.deadFigure(prefix).write(b)
			b.WriteString("</div>")
		}
	})
	p.add("findings", "Findings", func(b *strings.Builder) {
		for _, r := range runs {
			fmt.Fprintf(b, `<h3>%s</h3>`, esc(r.Name))
			partOf(b, "findings", r.findingRows())
		}
	})
	p.add("environment", "Environment", func(b *strings.Builder) {
		for _, r := range runs {
			fmt.Fprintf(b, `<h3>%s</h3>`, esc(r.Name))
			partOf(b, "options", r.environment())
			partOf(b, "repeat", r.Command)
		}
	})
}

func (r *Run) tiles() []tile {
	var all []tile
	if r.End != nil && r.End.Tested {
		for _, v := range r.End.Test {
			all = append(all, tile{"test " + printable(v.Name), metric(v), "last weights"})
		}
		all = append(all, tile{"test loss", fixed(r.End.TestLoss), "last weights"})
	}
	if best := r.Best(); best != nil {
		all = append(all, tile{"best validation loss", fixed(best.ValidationLoss), fmt.Sprintf("in epoch %d of %d", best.Epoch, len(r.Epochs))})
	}
	all = append(all, tile{"steps", thousands(r.LastStep()), "of " + thousands(r.Planned())})
	if s := r.Seconds(); s > 0 {
		all = append(all, tile{"time", clock(s), clock(s/float64(len(r.Epochs))) + " an epoch"})
	}
	if n := r.Parameters(); n > 0 {
		all = append(all, tile{"parameters", thousands(n), ""})
	}
	bad := 0
	for i := range r.Findings {
		if r.Findings[i].Bad() {
			bad++
		}
	}
	return append(all, tile{"warnings and errors", fmt.Sprint(bad), ""})
}

// findingRow is a finding on the page, with its place on the line of time.
type findingRow struct {
	*Finding
	Life, Beyond string
	From, To     string // per cent of the run
}

func (r *Run) findingRows() []findingRow {
	var rows []findingRow
	whole := float64(max(r.LastStep(), 1))
	for i := range r.Findings {
		f := &r.Findings[i]
		until := float64(f.Closed)
		if f.Closed == 0 {
			until = whole
		}
		from := min(max(float64(f.Opened)/whole*100, 0), 99)
		to := min(max(until/whole*100, from+1), 100)
		rows = append(rows, findingRow{f, f.life(), f.beyond(), px(from) + "%", px(to-from) + "%"})
	}
	return rows
}

type epochRow struct {
	Epoch                                                        int
	Loss, Accuracy, ValidationLoss, ValidationAccuracy, LR, Time string
	Best                                                         bool
}

func (r *Run) epochRows() []epochRow {
	var rows []epochRow
	best := r.Best()
	share := func(v any) string {
		if x, ok := v.(float64); ok {
			return percent(x)
		}
		return "–"
	}
	for _, e := range r.Epochs {
		row := epochRow{Epoch: e.Epoch, Loss: fixed(e.Loss), Accuracy: share(accuracy(e.Metrics)), ValidationLoss: "–", ValidationAccuracy: "–",
			LR: short(e.LR), Time: clock(e.Seconds), Best: best != nil && best.Epoch == e.Epoch}
		if e.Validated {
			row.ValidationLoss, row.ValidationAccuracy = fixed(e.ValidationLoss), share(accuracy(e.Validation))
		}
		rows = append(rows, row)
	}
	return rows
}
