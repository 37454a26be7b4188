package report

import (
	"fmt"
	"math"
	"strings"
)

// block is a layer of the drawing of the network.
type block struct {
	name, op   string
	shape      []int // of the result, without the batch; nil if it is not known
	parameters int
}

// network is the layers in the order of forward, as they were recorded; without statistics, the layers that have weights.
func (r *Run) network() (blocks []block, recorded bool) {
	count := map[string]int{}
	for _, p := range r.params() {
		count[owner(p.Name)] += elements(p.Shape)
	}
	if layers := r.layers(); len(layers) > 0 {
		for _, l := range layers {
			k := block{name: printable(l.Name), op: printable(l.Op), parameters: count[l.Name]}
			if len(l.Shape) > 0 {
				k.shape = l.Shape[1:]
			}
			blocks = append(blocks, k)
		}
		return blocks, true
	}
	for _, t := range r.Tensors {
		if n := len(blocks); n > 0 && blocks[n-1].name == owner(t.Name) {
			blocks[n-1].parameters += elements(t.Shape)
			continue
		}
		blocks = append(blocks, block{name: owner(t.Name), op: "weights " + shape(t.Shape), parameters: elements(t.Shape)})
	}
	return blocks, false
}

// owner is the layer that a parameter belongs to.
func owner(parameter string) string {
	if i := strings.LastIndexByte(parameter, '.'); i > 0 {
		return parameter[:i]
	}
	return parameter
}

// elements of a shape; a damaged one has none.
func elements(dims []int) int {
	n := 1
	for _, d := range dims {
		if d < 0 || d > 0 && n > math.MaxInt/d {
			return 0
		}
		n *= d
	}
	return n
}

// mostBlocks of a network are drawn.
const mostBlocks = 160

func (r *Run) writeNetwork(b *strings.Builder) {
	blocks, recorded := r.network()
	if len(blocks) == 0 {
		b.WriteString(`<p class="none">The folder has neither statistics nor weights to draw it from.</p>`)
		return
	}
	b.WriteString(`<ol class="network">`)
	if image := r.image(); image != nil && recorded {
		writeBlock(b, block{name: "images", op: "input", shape: image})
	}
	for i, k := range blocks {
		if i == mostBlocks {
			fmt.Fprintf(b, `<li>and %d more</li>`, len(blocks)-i)
			break
		}
		writeBlock(b, k)
	}
	b.WriteString("</ol>")
	caption := "Each box is an operation's result, in the order of forward: planes of its height and width, as many as it has channels (the more, the deeper), or a bar of its length; logarithmic. Numbers are the result's shape without the batch, and the operation's parameters."
	if !recorded {
		caption = "The run has no statistics, so only the layers with weights are known, in no certain order."
	}
	fmt.Fprintf(b, `<p class="caption">%s</p>`, caption)
}

func writeBlock(b *strings.Builder, k block) {
	b.WriteString(`<li><svg viewBox="0 0 84 84" aria-hidden="true">`)
	scale := func(n int, most float64) float64 { // pixels of a logarithmic length
		return min(most, 8+(most-8)*math.Log2(float64(max(n, 1)))/9)
	}
	kind := "plain"
	if k.parameters > 0 {
		kind = "learned"
	}
	switch {
	case len(k.shape) == 3:
		w, h := scale(k.shape[2], 52), scale(k.shape[1], 52)
		sheets := 1 + int(math.Round(math.Log2(float64(max(k.shape[0], 1)))*0.8))
		sheets = min(sheets, 9)
		for s := sheets - 1; s >= 0; s-- {
			d := 3 * (float64(s) - float64(sheets-1)/2)
			fmt.Fprintf(b, `<rect class="%s" x="%s" y="%s" width="%s" height="%s"/>`, kind, px(42-w/2+d), px(42-h/2-d), px(w), px(h))
		}
	case len(k.shape) >= 1:
		h := scale(elements(k.shape), 76)
		fmt.Fprintf(b, `<rect class="%s" x="36" y="%s" width="12" height="%s"/>`, kind, px(42-h/2), px(h))
	default:
		fmt.Fprintf(b, `<rect class="%s" x="22" y="22" width="40" height="40"/>`, kind)
	}
	fmt.Fprintf(b, `</svg><b>%s</b><span>%s</span>`, esc(cut(k.name, 24)), esc(cut(k.op, 28)))
	if len(k.shape) > 0 {
		fmt.Fprintf(b, `<span>%s</span>`, esc(shape(k.shape)))
	}
	if k.parameters > 0 {
		fmt.Fprintf(b, `<span>%s parameters</span>`, thousands(k.parameters))
	}
	b.WriteString("</li>")
}
