package tensorboard

import (
	"math"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// message is a protocol buffer's message while it is written. As proto3 has it, a field that is zero is left out, except where
// a oneof would then have none.
type message []byte

func (m *message) double(n protowire.Number, v float64) {
	if bits := math.Float64bits(v); bits != 0 {
		*m = protowire.AppendFixed64(protowire.AppendTag(*m, n, protowire.Fixed64Type), bits)
	}
}

func (m *message) integer(n protowire.Number, v int) {
	if v != 0 {
		*m = protowire.AppendVarint(protowire.AppendTag(*m, n, protowire.VarintType), uint64(v))
	}
}

func (m *message) text(n protowire.Number, s string) {
	if s != "" {
		*m = protowire.AppendString(protowire.AppendTag(*m, n, protowire.BytesType), s)
	}
}

// bytes writes b even if it is empty: it is an element of a list, or one of a oneof.
func (m *message) bytes(n protowire.Number, b []byte) {
	*m = protowire.AppendBytes(protowire.AppendTag(*m, n, protowire.BytesType), b)
}

// doubles writes a packed list.
func (m *message) doubles(n protowire.Number, vs []float64) {
	if len(vs) == 0 {
		return
	}
	*m = protowire.AppendVarint(protowire.AppendTag(*m, n, protowire.BytesType), uint64(8*len(vs)))
	for _, v := range vs {
		*m = protowire.AppendFixed64(*m, math.Float64bits(v))
	}
}

// seconds is a wall time as events have it.
func seconds(t time.Time) float64 { return float64(t.Unix()) + float64(t.Nanosecond())/1e9 }

// encode is the Event message of e.
func encode(e *Event) message {
	var m message
	m.double(eventWallTime, seconds(e.WallTime))
	m.integer(eventStep, e.Step)
	m.text(eventFileVersion, e.FileVersion)
	if e.Graph != nil {
		m.bytes(eventGraphDef, encodeGraph(e.Graph))
	}
	if e.Values != nil {
		var summary message
		for i := range e.Values {
			summary.bytes(summaryValue, encodeValue(&e.Values[i]))
		}
		m.bytes(eventSummary, summary)
	}
	if e.Session != 0 {
		var log message
		log.integer(sessionLogStatus, int(e.Session))
		m.bytes(eventSessionLog, log)
	}
	return m
}

// encodeValue writes the four kinds that a SummaryWriter adds.
func encodeValue(v *Value) message {
	var m message
	m.text(valueTag, v.Tag)
	switch d := v.Data.(type) {
	case Scalar:
		m = protowire.AppendFixed32(protowire.AppendTag(m, valueSimpleValue, protowire.Fixed32Type), math.Float32bits(float32(d)))
	case Images:
		var image message
		image.integer(imageHeight, d[0].Height)
		image.integer(imageWidth, d[0].Width)
		image.integer(imageColors, d[0].Channels)
		image.bytes(imageEncoded, d[0].Encoded)
		m.bytes(valueImage, image)
	case *Histogram:
		var histo message
		histo.double(histoMin, d.Min)
		histo.double(histoMax, d.Max)
		histo.double(histoNum, d.Num)
		histo.double(histoSum, d.Sum)
		histo.double(histoSumSquares, d.SumSquares)
		histo.doubles(histoBucketLimit, d.BucketLimits)
		histo.doubles(histoBucket, d.Buckets)
		m.bytes(valueHisto, histo)
	case Text:
		var tensor message
		tensor.integer(tensorDType, typeString)
		tensor.bytes(tensorShape, encodeShape([]int{len(d)}))
		for _, s := range d {
			tensor.bytes(tensorStringVal, []byte(s))
		}
		m.bytes(valueTensor, tensor)
	}
	if v.Plugin != "" {
		var plugin, metadata message
		plugin.text(pluginDataName, v.Plugin)
		metadata.bytes(metadataPluginData, plugin)
		m.bytes(valueMetadata, metadata)
	}
	return m
}

func encodeShape(shape []int) message {
	var m message
	for _, d := range shape {
		var dim message
		dim.integer(dimSize, d)
		m.bytes(shapeDim, dim)
	}
	return m
}

// producer is the version of GraphDef that PyTorch's writer says it makes; TensorBoard wants one.
const producer = 22

func encodeGraph(g *Graph) message {
	var m message
	for i := range g.Nodes {
		m.bytes(graphNode, encodeNode(&g.Nodes[i]))
	}
	var versions message
	versions.integer(versionsProducer, producer)
	m.bytes(graphVersions, versions)
	return m
}

func encodeNode(n *Node) message {
	var m message
	m.text(nodeName, n.Name)
	m.text(nodeOp, n.Op)
	for _, input := range n.Inputs {
		m.bytes(nodeInput, []byte(input))
	}
	attr := func(key string, value message) {
		var entry message
		entry.text(entryKey, key)
		entry.bytes(entryValue, value)
		m.bytes(nodeAttr, entry)
	}
	if n.Shape != nil {
		var list, value message
		list.bytes(listShape, encodeShape(n.Shape))
		value.bytes(attrList, list)
		attr(shapesAttr, value)
	}
	if n.Text != "" {
		var value message
		value.bytes(attrBytes, []byte(n.Text))
		attr(textAttr, value)
	}
	return m
}
