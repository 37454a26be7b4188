package table_test

import (
	"fmt"
	"strings"

	"github.com/lumen-ml/lumen/data/table"
	"github.com/lumen-ml/lumen/tensor"
)

const flowers = `petal,colour,stem,species
1.4,white,20,daisy
4.7,red,45,tulip
,white,22,daisy
5.1,yellow,NA,tulip
4.9,red,41,tulip
1.3,,19,daisy
`

// A pipeline is fitted on the rows to train on and applied to others.
func Example() {
	t, err := table.Read(strings.NewReader(flowers), table.ReadOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	p := table.NewPipeline(
		table.Drop{Columns: []string{"species"}},
		table.Impute{Columns: []string{"petal", "stem"}, Strategy: table.Median},
		table.Impute{Columns: []string{"colour"}, Strategy: table.MostFrequent},
		table.MinMaxScale{Columns: []string{"petal", "stem"}},
		table.OneHot{Columns: []string{"colour"}},
	)
	if err := p.Fit(t); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(p)

	bunch, err := table.Read(strings.NewReader("colour,stem,petal\nred,32,\n"), table.ReadOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	features, err := p.Transform(bunch)
	if err != nil {
		fmt.Println(err)
		return
	}
	x, err := features.ToTensor(tensor.Float32)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(features.Names(), tensor.Data[float32](x))
	// Output:
	// 1. Drop: species
	// 2. Impute
	//    petal: median 4.7
	//    stem: median 22
	// 3. Impute: colour: most frequent "red"
	// 4. MinMaxScale
	//    petal: 1.3 to 5.1 become 0 to 1
	//    stem: 19 to 45 become 0 to 1
	// 5. OneHot: colour: red, white, yellow
	// 3 columns become 5
	// [petal colour_red colour_white colour_yellow stem] [0.8947368 1 0 0 0.5]
}

func ExampleTable_Describe() {
	t, err := table.Read(strings.NewReader(flowers), table.ReadOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(t.Describe())
	// Output:
	// 6 rows, 4 columns
	//
	// number  count  missing  mean    std  min  25%  50%  75%  max
	// petal       5        1  3.48   1.95  1.3  1.4  4.7  4.9  5.1
	// stem        5        1  29.4  12.54   19   20   22   41   45
	//
	// category  count  missing  unique  times  most frequent
	// colour        5        1       3      2  red
	// species       6        0       2      3  daisy
}

func ExampleRead() {
	_, err := table.Read(strings.NewReader("name,age\n\"Smith, Ann\",41\nJones, Bob,40\n"), table.ReadOptions{})
	fmt.Println(err)
	// Output:
	// table: line 3 has 3 values and the header names 2 columns: a value that holds commas or line ends must stand in double quotes
}
