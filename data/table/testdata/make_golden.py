"""Writes golden.json: what pandas says of tables, and what scikit-learn's transformers make of them.

Run in this folder:  python make_golden.py
with scikit-learn 1.9.1 and pandas 3.1.1, which it insists on.
"""

import json
import math
import pathlib

import numpy as np
import pandas as pd
import sklearn
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, OrdinalEncoder, StandardScaler

assert sklearn.__version__ == "1.9.1" and pd.__version__ == "3.1.1", (sklearn.__version__, pd.__version__)
here = pathlib.Path(__file__).parent
passengers = pd.read_csv(here.parent / "titanic" / "titanic.csv")
rng = np.random.default_rng(11)
rows, fitted = 40, 30
made = pd.DataFrame(
    {
        "gaps": np.where(rng.random(rows) < 0.3, np.nan, rng.normal(3, 2, rows)),
        "constant": np.full(rows, 0.1),
        "offset": 1e9 + rng.integers(0, 8, rows) / 4,
        "small": rng.normal(0, 1e-12, rows),
        "ties": np.array([2, 1, 5, 2, 1, np.nan] * 6 + [9, 9, 9, np.nan]),
        "single": [np.nan] * 7 + [3.0] + [np.nan] * (rows - 8),
        "absent": [np.nan] * rows,
        "colour": rng.choice(["red", "blue", "green", "Ünder"], rows),
    }
)
made["colour"] = made["colour"].astype(object)
made.loc[[3, 17, 35], "colour"] = np.nan
made.loc[36, "colour"] = "mauve"  # seen by none of the fitted rows


def plain(x):
    """For JSON: missing values are null."""
    if isinstance(x, (list, tuple)):
        return [plain(v) for v in x]
    if isinstance(x, np.ndarray):
        return plain(x.tolist())
    return None if isinstance(x, float) and math.isnan(x) else x


def describe(frame):
    out = {}
    for name in frame:
        c = frame[name]
        if pd.api.types.is_numeric_dtype(c):
            d = c.describe()
            out[name] = {k: plain(float(d[k])) for k in ["count", "mean", "std", "min", "25%", "50%", "75%", "max"]}
        else:
            counts = c.value_counts()
            out[name] = {"count": int(c.count()), "unique": int(c.nunique()), "times": int(counts.max()), "top": min(counts[counts == counts.max()].index)}
        out[name]["missing"] = int(c.isna().sum())
    return out


def case(frame, columns, split, transformer):
    """Fitted on the first rows, applied to the others."""
    values = frame[columns].astype(object).where(frame[columns].notna(), np.nan) if frame[columns].dtypes.iloc[0] == object or frame[columns].dtypes.iloc[0] == "str" else frame[columns]
    values = values.to_numpy()
    transformer.fit(values[:split])
    return plain(np.asarray(transformer.transform(values[split:]), dtype=float) if not isinstance(transformer, SimpleImputer) else transformer.transform(values[split:]))


dense = {"sparse_output": False}
numbers = ["gaps", "constant", "offset", "small", "ties", "single"]
cases = {
    "impute mean": case(made, ["gaps", "ties", "single"], fitted, SimpleImputer()),
    "impute median": case(made, ["gaps", "ties"], fitted, SimpleImputer(strategy="median")),
    "impute most frequent": case(made, ["gaps", "ties"], fitted, SimpleImputer(strategy="most_frequent")),
    "impute constant": case(made, ["gaps", "absent"], fitted, SimpleImputer(strategy="constant", fill_value=-1.5, keep_empty_features=True)),
    "impute mean, indicator": case(made, ["gaps", "offset", "ties"], fitted, SimpleImputer(add_indicator=True)),
    "impute most frequent colour": case(made, ["colour"], fitted, SimpleImputer(strategy="most_frequent")),
    "impute constant colour": case(made, ["colour"], fitted, SimpleImputer(strategy="constant", fill_value="none")),
    "one-hot": case(made, ["colour"], fitted, OneHotEncoder(handle_unknown="ignore", **dense)),
    "one-hot, drop first": case(made, ["colour"], fitted, OneHotEncoder(handle_unknown="ignore", drop="first", **dense)),
    "one-hot of numbers": case(made, ["ties"], fitted, OneHotEncoder(handle_unknown="ignore", **dense)),
    "ordinal": case(made, ["colour"], fitted, OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)),
    "standard": case(made, numbers, fitted, StandardScaler()),
    "standard, no mean": case(made, numbers, fitted, StandardScaler(with_mean=False)),
    "standard, no std": case(made, numbers, fitted, StandardScaler(with_std=False)),
    "min-max": case(made, numbers, fitted, MinMaxScaler()),
    "min-max -1 to 3, clip": case(made, numbers, fitted, MinMaxScaler((-1, 3), clip=True)),
    "passengers standard": case(passengers, ["Age", "Fare", "Pclass"], 600, StandardScaler()),
}

# The whole pipeline of package titanic.
measures, words = ["Pclass", "Age", "SibSp", "Parch", "Fare"], ["Sex", "Embarked"]
features = ColumnTransformer(
    [
        ("measures", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), measures),
        ("words", make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(drop="first", **dense)), words),
    ],
    verbose_feature_names_out=False,
)
frame = passengers.astype({w: object for w in words})
features.fit(frame[:600])
order = ["Pclass", "Sex_male", "Age", "SibSp", "Parch", "Fare", "Embarked_Q", "Embarked_S"]
table = pd.DataFrame(features.transform(frame[600:]), columns=features.get_feature_names_out())

golden = {
    "versions": f"scikit-learn {sklearn.__version__}, pandas {pd.__version__}",
    "made": {name: plain(made[name].tolist()) for name in made},
    "fitted": fitted,
    "describe": {"made": describe(made), "passengers": describe(passengers)},
    "cases": cases,
    "features": {"names": order, "values": plain(table[order].to_numpy())},
}
(here / "golden.json").write_text(json.dumps(golden, allow_nan=False, ensure_ascii=False).replace("], [", "],\n[").replace(', "', ',\n"') + "\n")
