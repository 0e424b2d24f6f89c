"""Rows of a file become rows of a layer, as the recipe says; every row that does not is kept with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import geopandas as gpd
import pandas as pd

from geo.errors import InputRefused, LayerError
from geo.intake.cells import Converted, convert, to_slug, to_text
from geo.intake.persons.hiding import HIDDEN, hide_table, may_be_shown, show_header
from geo.intake.persons.values import KINDS, PersonValues
from geo.intake.recipes.recipe import ANY_VALUE, Condition, Fate, Recipe, RowRule, ValueMap, template_columns
from geo.layers import LAYERS

__all__ = ["Mapped", "Rejected", "Rejects", "map_rows", "refuse_person_values"]

#: Rows with one fault, the reason, and the column that it is in.
Rejected: TypeAlias = tuple["pd.Index[Any]", str, "str | None"]

_MONTH = "month"
_BETWEEN = "\x1f"  # the unit separator: in no cell
_NOT_SHOWN = "a value that the recipe does not name, not shown as it may be of a person"


@dataclass(frozen=True)
class Rejects:
    """Rows that are not loaded: the index is the row, columns ``fate``, ``column`` and ``reason``.

    ``hidden`` has the rows, by column of the file, whose cell may be shown nowhere.
    """

    rows: pd.DataFrame
    hidden: Mapping[str, pd.Index[Any]] = field(default_factory=dict)

    @classmethod
    def none(cls) -> Rejects:
        """Return no rows."""
        return cls(pd.DataFrame({name: pd.Series(dtype="str") for name in ("fate", "column", "reason")}))

    def add(self, rows: Iterable[Any], reason: str, *, column: str | None = None, fate: Fate = "rejected") -> Rejects:
        """Return these and more rows, that have one reason; a row keeps the first that is told."""
        new = pd.Index(rows, dtype="int64", name="row")
        new = new[~new.isin(self.rows.index)]
        if new.empty:
            return self
        more = pd.DataFrame({"fate": fate, "column": column or "", "reason": reason}, index=new, dtype="str")
        return replace(self, rows=pd.concat([self.rows, more]) if len(self.rows) else more)

    def hide(self, columns: Iterable[str], rows: pd.Index[Any]) -> Rejects:
        """Return the same with cells of some rows hidden."""
        more = {name: rows.append(self.hidden.get(name, rows[:0])) for name in columns}
        return replace(self, hidden={**self.hidden, **more})


@dataclass(frozen=True)
class Mapped:
    """A file's rows in a layer's columns.

    Parameters
    ----------
    rows
        The layer's columns in their types, the index is the row in the file; a GeoDataFrame if the file has geometry,
        which is as it came.
    recorded
        Codes of areas that the file records, by name of the layer's column.
    rejects
        Rows that did not come through.
    sources
        Mapped columns of all rows as the file has them, but of those that are left out.
    persons
        What of persons the mapped columns hold.
    rows_in
        Rows of the file.
    places
        Columns of the file that hold names of areas or places.
    """

    rows: pd.DataFrame
    recorded: pd.DataFrame
    rejects: Rejects
    sources: pd.DataFrame
    persons: PersonValues
    rows_in: int
    places: frozenset[str] = frozenset()

    def originals(self, rows: pd.Index[Any]) -> pd.DataFrame:
        """Return the mapped columns of some rows as text, for the list of rejects; of rows left out nothing.

        A cell that may be of a person is hidden, whatever the row was rejected for.
        """
        wanted = self.sources.reindex(rows)
        # Column by column: of no rows at all pandas would apply nothing, and leave numbers numbers.
        text = pd.DataFrame({str(name): to_text(cells) for name, cells in wanted.items()}, index=wanted.index)
        text = hide_table(text, places=self.places)
        for name, persons in self.rejects.hidden.items():
            if name in text.columns:
                text[name] = text[name].mask(text.index.isin(persons) & text[name].notna(), HIDDEN)
        return text

    def reject(self, faults: Iterable[Rejected]) -> Mapped:
        """Return the same without the rows of faults, which go to the rejects: rows, reason and column of each."""
        rejects = self.rejects
        for rows, reason, column in faults:
            rejects = rejects.add(rows, reason, column=column)
        if rejects is self.rejects:
            return self
        good = ~self.rows.index.isin(rejects.rows.index)
        recorded = self.recorded.loc[~self.recorded.index.isin(rejects.rows.index)]
        return replace(self, rows=self.rows.loc[good], recorded=recorded, rejects=rejects)

    def leave_out(self, rows: Iterable[Any], reason: str) -> Mapped:
        """Return the same with rows of the file told as left out that were never mapped."""
        out = list(rows)
        rejects = self.rejects.add(out, reason, fate="left out")
        return replace(self, rejects=rejects, rows_in=self.rows_in + len(out))


def map_rows(table: pd.DataFrame, recipe: Recipe, *, time_zone: str, before: PersonValues | None = None) -> Mapped:
    """Map the rows of a file, or a batch of them, to a layer.

    Parameters
    ----------
    table
        The columns that the recipe reads, as `geo.intake.readers.read.read_table` gives them.
    recipe
        How.
    time_zone
        IANA name of the release's zone.
    before
        What of persons the batches before hold.

    Returns
    -------
    Mapped
        Rows with a person in a mapped cell are among the rejects. With what its columns hold of persons:
        `refuse_person_values` is for who has seen all of the file.

    Raises
    ------
    InputRefused
        When a column that the recipe names is not there.
    """
    _require_columns(table, recipe)
    kept, rejects = _apply_rules(table, recipe.row_rules, Rejects.none())
    kept, rejects = _leave_out_values(kept, recipe.values, rejects)
    left_out = _is_left_out(table, recipe, rejects)
    in_sight = table.loc[~left_out] if left_out.any() else table
    persons = _look_for_persons(in_sight, recipe, before)
    for source, kind, found in persons.single():
        rejects = rejects.add(found, f"the cell holds {KINDS[kind]}", column=_target_of(source, recipe))
    columns: dict[str, pd.Series[Any]] = {}
    for name in recipe.targets:
        cells, rejects = _cells(kept, recipe, name, rejects)
        converted = _convert(kept, cells, recipe, name, time_zone)
        rejects = rejects.add(converted.unreadable, converted.problem, column=name)
        columns[name] = _to_day(converted.column, name)
    good = ~kept.index.isin(rejects.rows.index)
    rows = pd.DataFrame(columns, index=kept.index)[good]
    if isinstance(table, gpd.GeoDataFrame):
        rows = gpd.GeoDataFrame(rows, geometry=kept.geometry[good], crs=table.crs)
    return Mapped(
        rows=rows,
        recorded=_recorded(kept, recipe)[good],
        rejects=rejects,
        sources=pd.DataFrame(in_sight[_mapped_sources(recipe)]),
        persons=persons,
        rows_in=len(table),
        places=frozenset(_named_sources(recipe)),
    )


def refuse_person_values(persons: PersonValues, recipe: Recipe) -> None:
    """Raise when many cells of a mapped column are of persons, or one is of a petition.

    Raises
    ------
    LayerError
        With rows and never with values.
    """
    faults = persons.faults(recipe.file)
    if faults:
        raise LayerError(faults)


def _require_columns(table: pd.DataFrame, recipe: Recipe) -> None:
    missing = [name for name in recipe.sources() if name not in table.columns]
    if missing:
        there = (
            ", ".join(show_header(str(name)) for name in table.columns if name != "geometry")
            or "none that the recipe names"
        )
        raise InputRefused(
            f"{recipe.file}: there is no column {', '.join(missing)}. "
            f"Remedy: correct the recipe {recipe.path.name}; found are {there}."
        )


def _apply_rules(table: pd.DataFrame, rules: Iterable[RowRule], rejects: Rejects) -> tuple[pd.DataFrame, Rejects]:
    for rule in rules:
        meets = _meets_all(table, rule.where)
        out = ~meets if rule.keep else meets
        rejects = rejects.add(table.index[out], rule.reason, fate=rule.fate)
        table = table.loc[~out]
    return table, rejects


def _meets_all(table: pd.DataFrame, where: Mapping[str, Condition]) -> pd.Series[bool]:
    meets = pd.Series(True, index=table.index)
    for column, condition in where.items():
        meets &= _meets(table[column], condition)
    return meets


def _meets(cells: pd.Series[Any], condition: Condition) -> pd.Series[bool]:
    text = to_text(cells)
    if condition.test == "empty":
        return text.isna() if condition.empty else text.notna()
    if condition.test == "starts_with":
        return text.fillna("").str.startswith(condition.values)
    within = text.isin(condition.values)
    return ~within if condition.test == "is_not" else within


def _leave_out_values(
    table: pd.DataFrame, maps: Mapping[str, ValueMap], rejects: Rejects
) -> tuple[pd.DataFrame, Rejects]:
    for name, value_map in maps.items():
        text = to_text(table[value_map.sources[0]])
        why = text.map(value_map.left_out)
        for reason in dict.fromkeys(value_map.left_out.values()):
            out = table.index[why == reason]
            rejects = rejects.add(out, f"left out by name: {reason}", column=name, fate="left out")
        table = table.loc[~text.isin(list(value_map.left_out))]
    return table, rejects


def _is_left_out(table: pd.DataFrame, recipe: Recipe, rejects: Rejects) -> pd.Series[bool]:
    """Tell which rows are left out on purpose; of a row that is rejected as well nothing is to be kept either."""
    out = pd.Series(table.index.isin(rejects.rows.index[rejects.rows["fate"] == "left out"]), index=table.index)
    for value_map in recipe.values.values():
        out |= to_text(table[value_map.sources[0]]).isin(list(value_map.left_out))
    return out


def _look_for_persons(table: pd.DataFrame, recipe: Recipe, before: PersonValues | None) -> PersonValues:
    layer = LAYERS[recipe.layer]
    texts = [name for name, source in recipe.columns.items() if layer.dtypes[name] == "str" and source in table]
    coded = [one for made in recipe.values.values() for one in made.sources]
    sources = [recipe.columns[name] for name in texts] + coded
    sources += [column for template in recipe.templates.values() for column in template_columns(template)]
    # What a rule asks for is no type of petitions, or the rule has left it out.
    asked = [name for rule in recipe.row_rules for name in rule.where]
    others = [name for name in dict.fromkeys(asked) if name not in sources]
    found = PersonValues.look(
        pd.DataFrame({name: to_text(table[name]) for name in dict.fromkeys(sources)}),
        before=before,
        places=_named_sources(recipe),
        # Codes of areas may be made of their names; of records they are not.
        coded=coded if layer.kind == "event" else sources,
    )
    rules = PersonValues.look(pd.DataFrame({name: to_text(table[name]) for name in others}), before=before)
    return found.add(rules.petitions_alone())


def _named_sources(recipe: Recipe) -> list[str]:
    """Return the columns of the file that hold names of areas or places."""
    named = [source for name, source in recipe.columns.items() if name in ("name", "name_en")]
    return named if "name" in LAYERS[recipe.layer].columns else []


def _target_of(source: str, recipe: Recipe) -> str:
    """Return the column of the layer that a column of the file fills, or the file's own name for it."""
    filled = {column: name for name, column in recipe.columns.items()}
    filled |= {one: name for name, made in recipe.values.items() for one in made.sources}
    filled |= {one: name for name, template in recipe.templates.items() for one in template_columns(template)}
    return filled.get(source, source)


def _cells(table: pd.DataFrame, recipe: Recipe, name: str, rejects: Rejects) -> tuple[pd.Series[Any], Rejects]:
    """Return the cells that fill a column of the layer, before they get its type."""
    if name in recipe.values:
        return _map_values(table, name, recipe.values[name], rejects)
    if name in recipe.constants:
        return pd.Series(recipe.constants[name], index=table.index, dtype="str"), rejects
    template = recipe.templates.get(name)
    cells = table[recipe.columns[name]] if template is None else _fill_template(table, template)
    if name in recipe.pad:
        cells = to_text(cells).str.zfill(recipe.pad[name])
    return (to_slug(cells) if name in recipe.slug else cells), rejects


def _convert(table: pd.DataFrame, cells: pd.Series[Any], recipe: Recipe, name: str, time_zone: str) -> Converted:
    """Give cells their type, in the rows that the recipe takes them from."""
    if name in recipe.only:
        cells = cells.where(_meets_all(table, recipe.only[name]))
    dates = recipe.dates_of(name)
    moved = None if dates.moved is None else _meets_all(table, dates.moved.where)
    return convert(cells, LAYERS[recipe.layer].dtypes[name], dates=dates, zone=time_zone, moved=moved)


def _fill_template(table: pd.DataFrame, template: str) -> pd.Series[Any]:
    head, *parts = template.split("{")
    text = pd.Series(head, index=table.index, dtype="str")
    for part in parts:
        column, _, rest = part.partition("}")
        text = text + to_text(table[column]) + rest
    return text


def _map_values(
    table: pd.DataFrame, name: str, value_map: ValueMap, rejects: Rejects
) -> tuple[pd.Series[Any], Rejects]:
    """Look each value up; what no map names is rejected, an empty cell stays empty."""
    texts = [to_text(table[source]).fillna("") for source in value_map.sources]
    joined = texts[0] if len(texts) == 1 else texts[0] + _BETWEEN + texts[1]
    places, kinds = pd.factorize(joined)
    keys = [tuple(str(kind).split(_BETWEEN)) for kind in kinds]
    found = [_look_up(value_map.codes, key) for key in keys]
    codes = pd.Series(found, dtype="object").reindex(places)
    codes.index = table.index
    for place, (key, code) in enumerate(zip(keys, found, strict=True)):
        if code is None and key[0]:
            rows = table.index[places == place]
            told = [value for value in key if value]
            if all(may_be_shown(value, rows=len(rows)) for value in told):
                reason = f"a value that the recipe does not name: {' / '.join(told)}"
            else:
                reason, rejects = _NOT_SHOWN, rejects.hide(value_map.sources, rows)
            rejects = rejects.add(rows, reason, column=name)
    return codes.mask(codes == "").astype("str"), rejects


def _look_up(codes: Mapping[str, str | Mapping[str, str]], key: tuple[str, ...]) -> str | None:
    if not key[0]:
        return None
    found = codes.get(key[0], codes.get(ANY_VALUE))
    if isinstance(found, Mapping):
        return found.get(key[1] or ANY_VALUE, found.get(ANY_VALUE))
    return found


def _to_day(column: pd.Series[Any], name: str) -> pd.Series[Any]:
    """Cut moments to what the column holds: a day, or the first of a month."""
    if name == _MONTH:
        first: pd.Series[Any] = column.dt.to_period("M").dt.to_timestamp()
        return first.astype("datetime64[ms]")
    return column.dt.normalize() if name.endswith("_on") else column


def _recorded(table: pd.DataFrame, recipe: Recipe) -> pd.DataFrame:
    columns = {}
    for name, told in recipe.placement.recorded.items():
        codes = to_text(table[told.column]).str.zfill(told.pad)
        columns[name] = to_slug(codes) if told.slug else codes
    return pd.DataFrame(columns, index=table.index)


def _mapped_sources(recipe: Recipe) -> list[str]:
    mapped = [*recipe.columns.values(), *(source for made in recipe.values.values() for source in made.sources)]
    return list(dict.fromkeys(mapped))
