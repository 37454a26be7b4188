package tensorboard

import (
	"encoding/binary"
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// field is one of a message's. A field whose kind is not the one that its number has in the .proto files is passed over like
// one of an unknown number.
type field struct {
	number protowire.Number
	kind   protowire.Type
	bits   uint64 // of a number
	bytes  []byte // of a string, a message, a packed list; the record's own memory
}

// each calls f with the fields of a message, in order.
func each(b []byte, f func(field) error) error {
	for len(b) > 0 {
		number, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			return fmt.Errorf("a message of its is not in protocol buffers' wire format")
		}
		b = b[n:]
		v := field{number: number, kind: kind}
		switch kind {
		case protowire.VarintType:
			v.bits, n = protowire.ConsumeVarint(b)
		case protowire.Fixed64Type:
			v.bits, n = protowire.ConsumeFixed64(b)
		case protowire.Fixed32Type:
			var bits uint32
			bits, n = protowire.ConsumeFixed32(b)
			v.bits = uint64(bits)
		case protowire.BytesType:
			v.bytes, n = protowire.ConsumeBytes(b)
		default:
			n = protowire.ConsumeFieldValue(number, kind, b)
		}
		if n < 0 {
			return fmt.Errorf("field %d of one of its messages is cut off or not in protocol buffers' wire format", number)
		}
		b = b[n:]
		if err := f(v); err != nil {
			return err
		}
	}
	return nil
}

// message returns the field's bytes if it has that number.
func (f field) message(number protowire.Number) ([]byte, bool) {
	return f.bytes, f.number == number && f.kind == protowire.BytesType
}

func (f field) text(number protowire.Number, to *string) {
	if b, ok := f.message(number); ok {
		*to = string(b)
	}
}

func (f field) double(number protowire.Number, to *float64) {
	if f.number == number && f.kind == protowire.Fixed64Type {
		*to = math.Float64frombits(f.bits)
	}
}

// integer reads an int32, an int64, a bool or an enum.
func (f field) integer(number protowire.Number, to *int) {
	if f.number == number && f.kind == protowire.VarintType {
		*to = int(f.bits)
	}
}

// doubles appends to a list of float64, packed or not.
func (f field) doubles(number protowire.Number, to *[]float64) error {
	return f.list(number, protowire.Fixed64Type, func(bits uint64) { *to = append(*to, math.Float64frombits(bits)) })
}

// list hears of each number of a list, packed or not.
func (f field) list(number protowire.Number, kind protowire.Type, hear func(bits uint64)) error {
	if f.number != number {
		return nil
	}
	if f.kind == kind {
		hear(f.bits)
		return nil
	}
	if f.kind != protowire.BytesType {
		return nil
	}
	b := f.bytes
	width := map[protowire.Type]int{protowire.Fixed64Type: 8, protowire.Fixed32Type: 4}[kind]
	if width > 0 && len(b)%width != 0 {
		return fmt.Errorf("a list of numbers of %d bytes each has %d bytes", width, len(b))
	}
	for len(b) > 0 {
		n := width
		var bits uint64
		switch width {
		case 8:
			bits = binary.LittleEndian.Uint64(b)
		case 4:
			bits = uint64(binary.LittleEndian.Uint32(b))
		default:
			if bits, n = protowire.ConsumeVarint(b); n < 0 {
				return fmt.Errorf("a list of numbers is cut off")
			}
		}
		hear(bits)
		b = b[n:]
	}
	return nil
}
